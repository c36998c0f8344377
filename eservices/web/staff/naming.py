"""The words stand in `eservices.naming`, where documents find them too."""

from eservices.naming import (
    BY_CHANNEL as BY_CHANNEL,
)
from eservices.naming import (
    BY_LETTER as BY_LETTER,
)
from eservices.naming import (
    BY_PHONE as BY_PHONE,
)
from eservices.naming import (
    CHANNELS as CHANNELS,
)
from eservices.naming import (
    CLOCKS as CLOCKS,
)
from eservices.naming import (
    DECIDED as DECIDED,
)
from eservices.naming import (
    IDENTITIES as IDENTITIES,
)
from eservices.naming import (
    JOURNAL as JOURNAL,
)
from eservices.naming import (
    LOOKS as LOOKS,
)
from eservices.naming import (
    MANDATES as MANDATES,
)
from eservices.naming import (
    METHODS as METHODS,
)
from eservices.naming import (
    NEEDS as NEEDS,
)
from eservices.naming import (
    NEXT_STEPS as NEXT_STEPS,
)
from eservices.naming import (
    OUTCOMES as OUTCOMES,
)
from eservices.naming import (
    PUBLIC_STATUSES as PUBLIC_STATUSES,
)
from eservices.naming import (
    ROLES as ROLES,
)
from eservices.naming import (
    SPEAKS_AS as SPEAKS_AS,
)
from eservices.naming import (
    STATUSES as STATUSES,
)
from eservices.naming import (
    TRIES as TRIES,
)
