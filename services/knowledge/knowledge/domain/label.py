"""The words that people write before a number: Ticketnummer, Ticket ID, numéro de dossier, Re:.

They are in the languages English, German, French, Spanish, Italian and Dutch. Each word for a ticket may stand with a
word for a number, joined or apart, so that neither needs a list of its compounds.
"""

# These mean nothing but a ticket, also in a sentence.
_TICKET = "ticket|incident|case|vorgang|st(?:ö|oe)rung|incidente|incidencia|segnalazione"
# "request 1000 laptops" has no number, and "request number 1000" has. "Fall 2024" may be a season.
_OTHERS = (
    "request|article|issue|artikel|anfrage|fall|auftrag|meldung|demande|dossier|solicitud|caso|art[ií]culo"
    "|richiesta|pratica|articolo|melding|verzoek|zaak|aanvraag"
)
_MANY = "(?:e?[sn])"
_NUMBER = r"n[uú]m(?:mer|ber|[eé]ro)|nr|no|n(?=[.°])|id|ref(?:erence|erenz|érence|erencia|erentie)?"
_JOINED = rf"{_MANY}?[\s.-]?(?:{_NUMBER})"
_OF = rf"(?:{_NUMBER})\s(?:of|de|du|del|di|der|des|van)\s"
_MAIL = r"re(?:\[[0-9]+\])?|aw|antw|fwd?|wg|tr|rv"

# What says by itself that the digits behind it are a number.
CERTAIN = rf"\b(?:(?:{_TICKET})(?:{_JOINED})?|(?:{_OTHERS}){_JOINED}|{_OF}(?:{_TICKET}|{_OTHERS}))"
# What marks the digits behind it, also in a sentence.
MARK = rf"(?:{CERTAIN}|\b(?:{_TICKET}){_MANY})"
# What may stand before a number that is all the query says. A digit may follow at once: Ticket1047.
LABEL = (
    rf"\b(?:(?:{_OF})?(?:{_TICKET}|{_OTHERS})(?:{_JOINED}|{_MANY}?)(?![^\W\d_])"
    rf"|(?:{_NUMBER}|{_MAIL})(?![\w]))"
)
