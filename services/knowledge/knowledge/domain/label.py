"""The words that people write before a number: Ticketnummer, Ticket ID, numéro de dossier, Re:.

They are in the languages English, German, French, Spanish, Italian and Dutch. Each word for a ticket may stand with a
word for a number, joined or apart, so that neither needs a list of its compounds.
"""

# These mean nothing but a ticket, also in a sentence.
_TICKET = "ticket|incident|case|vorgang|st(?:ö|oe)rung|incidente|incidencia|segnalazione"
# "request 1000 laptops" has no number, and "request number 1000" has.
_OTHERS = (
    "request|article|issue|artikel|anfrage|fall|auftrag|meldung|demande|dossier|solicitud|caso|art[ií]culo"
    "|richiesta|pratica|articolo|melding|verzoek|zaak|aanvraag"
)
_NUMBER = r"n[uú]m(?:mer|ber|[eé]ro)|nr|no|n(?=[.°])|id|ref(?:erence|erenz|érence|erencia|erentie)?"
_JOINED = rf"(?:e?[sn])?[\s.-]?(?:{_NUMBER})"
_OF = r"(?:of|de|du|del|di|der|des|van)"
_MAIL = r"re(?:\[[0-9]+\])?|aw|antw|fwd?|wg|tr|rv"

# What marks the digits behind it, also in a sentence.
MARK = rf"\b(?:(?:{_TICKET})(?:e?[sn])?|(?:{_TICKET}|{_OTHERS}){_JOINED}|(?:{_NUMBER})\s{_OF}\s(?:{_TICKET}|{_OTHERS}))"
# What may stand before a number that is all the query says. A digit may follow at once: Ticket1047.
LABEL = (
    rf"\b(?:(?:(?:{_NUMBER})\s{_OF}\s)?(?:{_TICKET}|{_OTHERS})(?:{_JOINED}|(?:e?[sn])?)(?![^\W\d_])"
    rf"|(?:{_NUMBER}|{_MAIL})(?![\w]))"
)
