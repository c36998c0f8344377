"""What each code is called, on pages and on paper: one table a kind of code, each sentence for translators to find."""

from eservices.language import N_

CHANNELS = {
    "web": N_("Webb"),
    "phone": N_("Telefon"),
    "counter": N_("Disk"),
    "paper": N_("Papper"),
    "email": N_("E-post"),
    "chat": N_("Chatt"),
    "social_media": N_("Sociala medier"),
    "api": N_("Annat system"),
    "sensor": N_("Mätare"),
}

#: The channel as a short phrase after a name: "Kim Lundgren, på telefon".
BY_CHANNEL = {
    "web": N_("på webben"),
    "phone": N_("på telefon"),
    "counter": N_("vid disken"),
    "paper": N_("på papper"),
    "email": N_("med e-post"),
    "chat": N_("i chatten"),
    "social_media": N_("i sociala medier"),
    "api": N_("från ett annat system"),
    "sensor": N_("från en mätare"),
}

METHODS = {
    "email": N_("Med e-post"),
    "sms": N_("Med sms"),
    "phone": N_("På telefon"),
    "letter": N_("Med brev"),
    "own_pages": N_("På sidan för ärendet, med nummer och kod"),
}

IDENTITIES = {
    "eid": N_("Inloggad med e-legitimation"),
    "shown_id": N_("Visade legitimation"),
    "known_by_callback": N_("Vi ringde upp ett nummer som vi redan hade"),
    "stated": N_("Personen säger det själv"),
    "anonymous": N_("Vill vara anonym"),
}

#: What somebody who calls for another person is to that person.
SPEAKS_AS = {
    "relative": N_("Anhörig"),
    "guardian": N_("Vårdnadshavare"),
    "trustee": N_("God man eller förvaltare"),
    "representative": N_("Ombud"),
    "helper": N_("Hjälper till, till exempel personal eller en granne"),
}

#: How we know that they may.
MANDATES = {
    "present": N_("Den sökande är med och säger ja"),
    "shown": N_("Visade fullmakt eller beslut"),
    "stated": N_("Säger att den sökande vill det"),
}

STATUSES = {
    "received": N_("Inskickat"),
    "registered": N_("Mottaget"),
    "under_review": N_("Under behandling"),
    "investigating": N_("Utreds"),
    "referred": N_("På remiss"),
    "hearing": N_("Den sökande får yttra sig"),
    "awaiting_supplement": N_("Komplettering behövs"),
    "supplement_received": N_("Komplettering har kommit"),
    "awaiting_signatures": N_("Väntar på underskrift"),
    "awaiting_payment": N_("Väntar på betalning"),
    "suspended": N_("Vilande"),
    "decided": N_("Beslut finns"),
    "appealed": N_("Överklagat"),
    "closed": N_("Avslutat"),
    "withdrawn": N_("Återtaget"),
    "transferred": N_("Överlämnat"),
}

PUBLIC_STATUSES = {
    "submitted": N_("Inskickat"),
    "registered": N_("Mottaget"),
    "in_progress": N_("Under behandling"),
    "supplement_needed": N_("Komplettering behövs"),
    "awaiting_signature": N_("Väntar på underskrift"),
    "awaiting_payment": N_("Väntar på betalning"),
    "decided": N_("Beslut finns"),
    "appealed": N_("Överklagat"),
    "closed": N_("Avslutat"),
    "withdrawn": N_("Återtaget"),
    "transferred": N_("Överlämnat"),
}

NEXT_STEPS = {
    "received": N_("Läs igenom"),
    "registered": N_("Läs igenom"),
    "under_review": N_("Pröva"),
    "investigating": N_("Utred"),
    "referred": N_("Vänta på svar på remissen"),
    "hearing": N_("Vänta på yttrande"),
    "awaiting_supplement": N_("Vänta på komplettering"),
    "supplement_received": N_("Läs kompletteringen"),
    "awaiting_signatures": N_("Vänta på underskrift"),
    "awaiting_payment": N_("Vänta på betalning"),
    "suspended": N_("Vilar"),
    "decided": N_("Avsluta när ingen kan överklaga"),
    "appealed": N_("Pröva om överklagandet kom i tid"),
    "supplement_needed": N_("Vänta på komplettering"),
    "in_progress": N_("Pröva"),
}

OUTCOMES = {
    "granted": N_("Bifall"),
    "partly_granted": N_("Bifall till en del"),
    "refused": N_("Avslag"),
    "dismissed": N_("Avvisning"),
    "written_off": N_("Avskrivning"),
}

BY_PHONE = {
    "receipt": N_("Ring och bekräfta"),
    "message": N_("Ring och läs upp"),
    "decision": N_("Ring och läs upp beslutet"),
    "supplement_order": N_("Ring och be om komplettering"),
    "hearing": N_("Ring och läs upp"),
    "signature": N_("Ring och fråga om personen godkänner"),
    "delay_notice": N_("Ring och berätta att det tar längre tid"),
    "to_confirm": N_("Ring och påminn om att det ska bekräftas skriftligt"),
    "supplement_reminder": N_("Ring och påminn om komplettering"),
    "hearing_reminder": N_("Ring och påminn"),
    "renewal": N_("Ring och berätta att det är dags att förnya"),
}

BY_LETTER = {
    "receipt": N_("Posta kvittot"),
    "message": N_("Posta brev"),
    "decision": N_("Posta beslutet"),
    "supplement_order": N_("Posta brev om komplettering"),
    "hearing": N_("Posta brev"),
    "signature": N_("Posta brev om underskrift"),
    "delay_notice": N_("Posta brev"),
    "to_confirm": N_("Posta det som ska bekräftas skriftligt"),
    "supplement_reminder": N_("Posta påminnelse"),
    "hearing_reminder": N_("Posta påminnelse"),
    "renewal": N_("Posta brev"),
}

#: How the answer comes, said to the person who waits for it.
ANSWERED_BY = {
    "email": N_("Vi mejlar dig när det finns ett besked."),
    "sms": N_("Vi skickar ett sms till dig när det finns ett besked."),
    "phone": N_("Vi ringer dig när det finns ett besked."),
    "letter": N_("Vi skickar ett brev till dig när det finns ett besked."),
    "own_pages": N_("Beskedet finns på webben när det är klart. Du kan också ringa och fråga."),
}

#: What was decided, said to the person it is about.
DECIDED = {
    "granted": N_("Du får det du har ansökt om."),
    "partly_granted": N_("Du får en del av det du har ansökt om."),
    "refused": N_("Du får inte det du har ansökt om."),
    "dismissed": N_("Vi kan inte pröva din ansökan."),
    "written_off": N_("Vi avslutar ärendet utan att pröva det."),
}

#: What was decided of a step that one party took, said to that party, whatever became of the matter.
RULED = {
    "dismissed_appeal": N_("Vi prövar inte ditt överklagande, för det kom in för sent."),
    "refused_request": N_("Vi avslår din begäran om att ärendet ska avgöras nu."),
}


def decided(kind: str, outcome: str) -> str:
    """What a decision says first, to whoever gets it; a sentence to be translated."""
    return RULED[kind] if kind in RULED else DECIDED[outcome]


CLOCKS = {
    "acknowledge": N_("Bekräfta att vi har fått det"),
    "register": N_("Registrera"),
    "first_contact": N_("Första kontakt"),
    "promised": N_("Klart senast"),
    "by_law": N_("Beslut enligt lag"),
    "supplement": N_("Komplettering senast"),
    "hearing": N_("Yttrande senast"),
    "referral": N_("Svar på remiss senast"),
    "six_months": N_("Begära att få ett beslut"),
    "delay_request": N_("Avgöra efter begäran"),
    "appeal": N_("Överklaga senast"),
    "judge_appeal": N_("Pröva överklagandet senast"),
    "validity": N_("Gäller till och med"),
}

#: What came of a try that did not get through.
TRIES = {
    "no_answer": N_("Ingen svarade"),
    "message_left": N_("Jag lämnade besked om att ringa oss"),
    "wrong_number": N_("Numret eller adressen stämmer inte"),
    "returned": N_("Brevet kom tillbaka"),
}

JOURNAL = {
    "file_refused": N_("En fil gick inte att öppna"),
    "runs_beside": N_("Personen har redan ett ärende som pågår"),
    "signature_asked": N_("Bad en till om underskrift"),
    "signature_reminded": N_("Påminde om underskrift"),
    "signature_given": N_("Svar om underskrift"),
    "signature_given_up": N_("Gick inte att nå för underskrift"),
    "submitted": N_("Inkom"),
    "registered": N_("Registrerat"),
    "registry_number_given": N_("Fick nummer i nämndens diarium"),
    "transfer_asked": N_("Ska föras över till ett annat system"),
    "transferred": N_("Fört över för hand till ett annat system"),
    "transfer_laid_aside": N_("Behöver inte föras över"),
    "mail_filed": N_("Post lades i ärendet"),
    "register_corrected": N_("Rättade en rad i registret"),
    "task_done": N_("Kundcenter gjorde klart en uppgift"),
    "opened": N_("Ärendet skapades"),
    "routed": N_("Fördelat till enheten"),
    "claimed": N_("Handläggare utsedd"),
    "released": N_("Handläggaren lämnade ärendet"),
    "assigned": N_("Handläggare utsedd"),
    "status_changed": N_("Nytt läge"),
    "noted": N_("Anteckning"),
    "message_sent": N_("Skrev till den sökande"),
    "message_received": N_("Meddelande från den sökande"),
    "supplement_requested": N_("Komplettering begärd"),
    "supplement_received": N_("Komplettering kom in"),
    "hearing_held": N_("Någon får yttra sig"),
    "opinion_received": N_("Yttrande kom in"),
    "referred": N_("Skickat på remiss"),
    "referral_answered": N_("Svar på remissen"),
    "longer_given": N_("Mer tid att svara"),
    "enquiry_taken_back": N_("Frågan togs tillbaka"),
    "enquiry_reminded": N_("Påminde"),
    "enquiry_timed_out": N_("Inget svar kom i tid"),
    "forecast_set": N_("Ny bedömning av när det blir klart"),
    "delay_told": N_("Berättade att det tar längre tid"),
    "may_ask_for_decision": N_("Sex månader har gått: personen får begära att vi avgör ärendet"),
    "decision_asked_for": N_("Begäran om att ärendet avgörs"),
    "request_due_soon": N_("Begäran ska snart vara avgjord"),
    "request_overdue": N_("Begäran skulle ha varit avgjord"),
    "request_refused": N_("Avslog begäran att avgöra ärendet nu"),
    "appeal_received": N_("Överklagande kom in"),
    "appeal_judged": N_("Överklagandet prövat"),
    "taken_down": N_("Skrev ner vad personen sa, för att bekräftas skriftligt"),
    "confirmed_in_writing": N_("Bekräftat skriftligt"),
    "contact_changed": N_("Personen ändrade hur besked kommer"),
    "letter_instead": N_("Skickar brev i stället"),
    "needs_noted": N_("Antecknade vad personen behöver"),
    "announced": N_("Tillkännagavs på anslagstavlan"),
    "became_final": N_("Tiden att överklaga är slut"),
    "renews": N_("Förnyar ett tidigare ärende"),
    "renewed": N_("Ansökan om förnyelse i ett nytt ärende"),
    "renewal_near": N_("Snart dags att förnya"),
    "validity_over": N_("Gäller inte längre"),
    "proposal_laid_aside": N_("Förslag lades åt sidan"),
    "decided": N_("Beslut fattat"),
    "handed_out": N_("Lämnade ut ärendet"),
    "closed": N_("Ärendet avslutat"),
    "reopened": N_("Ärendet öppnat igen"),
    "withdrawn": N_("Ansökan återtagen"),
    "viewed": N_("Läste"),
    "delivery_made": N_("Besked på väg"),
    "documents_added": N_("Handlingar från den sökande"),
    "delivery_taken": N_("Någon på kundcenter tar hand om beskedet"),
    "delivery_released": N_("Beskedet ligger åter hos kundcenter"),
    "delivery_brought": N_("Kundcenter gav beskedet"),
    "delivery_tried": N_("Kundcenter försökte nå personen"),
    "undeliverable": N_("Beskedet kom inte fram"),
    "unopened": N_("Beskedet var inte öppnat efter halva tiden"),
    "receipt_sent": N_("Kvitto skickat"),
    "consented": N_("Samtycke"),
    "consent_withdrawn": N_("Samtycke eller fullmakt återtagen"),
    "identified": N_("Identitet"),
    "called": N_("Samtal"),
    "corrected": N_("Rättelse"),
    "handed_over": N_("Lämnat till en annan enhet"),
    "recused": N_("Anmälde jäv"),
    "restricted": N_("Begränsade vem som får öppna ärendet"),
    "restriction_lifted": N_("Öppnade ärendet för enheten igen"),
    "confidentiality_marked": N_("Sekretessmarkering"),
    "confidentiality_mark_removed": N_("Sekretessmarkeringen togs bort"),
    "protected": N_("Skyddade uppgifter"),
    "protection_lifted": N_("Uppgifterna är inte skyddade längre"),
}

LOOKS = {
    "case": N_("ärendet"),
    "search": N_("sökning"),
    "file": N_("en fil"),
    "export": N_("utdrag"),
    "receipt": N_("kvittot"),
    "personal_number": N_("personnummer"),
    "letter": N_("brevet"),
    "delivery": N_("beskedet"),
    "draft": N_("påbörjad ansökan"),
    "caller": N_("den uppringandes ärenden"),
    "task": N_("uppgiften hos kundcenter"),
    "register": N_("dagens register"),
    "delegated": N_("listan över beslut på delegation"),
    "transfers": N_("listan över det som ska föras över"),
    "transfer": N_("överföringsbladet"),
    "referral": N_("remissen"),
    "reason": N_("ärendet, efter att ha sagt varför"),
}

ROLES = {
    "contact_agent": N_("Kundcenter"),
    "case_officer": N_("Handläggare"),
    "manager": N_("Chef"),
    "registrar": N_("Registrator"),
    "admin": N_("Administratör"),
}

NEEDS = {
    "sign_language": N_("Teckenspråk"),
    "large_print": N_("Stor stil"),
    "braille": N_("Punktskrift"),
    "slow_pace": N_("Långsamt och tydligt"),
}

#: Who a party is in a case.
PARTIES = {
    "applicant": N_("Sökande"),
    "guardian": N_("Vårdnadshavare"),
    "child": N_("Barnet"),
    "co_applicant": N_("Medsökande"),
    "representative": N_("Ombud"),
    "cosigner": N_("Ska också skriva under"),
}

#: What somebody has been asked for.
ENQUIRIES = {
    "supplement": N_("Komplettering"),
    "hearing": N_("Yttrande före beslut"),
    "referral": N_("Remiss"),
}

ENQUIRY_STATES = {
    "open": N_("Väntar på svar"),
    "answered": N_("Besvarad"),
    "timed_out": N_("Inget svar i tid"),
    "taken_back": N_("Tillbakatagen"),
}

#: Who decided, where it was not a delegate.
DECISION_MAKERS = {
    "committee": N_("Utskottet"),
    "board": N_("Nämnden"),
}

APPEAL_STATES = {
    "received": N_("Ska prövas"),
    "forwarded": N_("Skickat vidare till den som prövar"),
    "late": N_("Avvisat genom ett beslut, kom för sent"),
    "not_ours": N_("Domstolen tar emot det. Personen har fått veta det."),
    "reconsidered": N_("Vi ändrar själva beslutet"),
}

#: What somebody said that must be written.
SPOKEN = {
    "appeal": N_("Överklagande"),
    "delay_request": N_("Begäran om att ärendet avgörs"),
}

#: Who did something, where no name is given.
ACTORS = {
    "resident": N_("Den sökande"),
    "staff": N_("Kommunen"),
    "system": N_("Systemet"),
}

#: What stands in place of an answer.
ANSWER_STATES = {
    "later": N_("Skickas senare"),
    "unknown": N_("Vet inte"),
    "blank": N_("Inte ifylld"),
    "unanswered": N_("Inte besvarad"),
}
