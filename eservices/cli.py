"""The command line, put together from what each kind of person who uses it needs."""

import click

from eservices.commands import definitions, keeping, people, running, statement, translations

_COMMANDS: tuple[click.Command, ...] = (
    definitions.check,
    definitions.schema,
    definitions.preview,
    definitions.paper,
    definitions.new,
    definitions.diff,
    definitions.record,
    definitions.recall,
    translations.translations,
    statement.statement,
    keeping.db,
    keeping.backup,
    keeping.restore,
    keeping.keys_group,
    keeping.retention_group,
    running.serve,
    running.worker,
    running.outage,
    running.doctor,
    running.digest,
    running.journal_group,
    running.outbox_group,
    running.telephony_report,
    running.demo_data,
    people.staff,
    people.export_case,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="eservices")
def main() -> None:
    """E-services of a municipality: one definition, every channel, one case."""


for _command in _COMMANDS:
    main.add_command(_command)
