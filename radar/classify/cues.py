"""Turns of phrase, German and English, that tell requests from everything else.

Patterns are matched against single sentences, folded by ``fold``: lower case, ``ä`` written ``ae``, ``ß`` ``ss``.
What a cue is worth is not said here: the rule classifier carries weights, the trained model learns its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from re import _parser
from typing import Any

_SPELLINGS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("’", "'"), ("`", "'"), ("´", "'"))


def fold(text: str) -> str:
    """Return ``text`` in lower case with umlauts written out, so that one spelling of a cue is enough."""
    folded = text.lower()
    for spelling, plain in _SPELLINGS:
        folded = folded.replace(spelling, plain)
    return folded


_ANYONE_DE = r"(?:jemand\w*|wer|einer|eine[rn]? von euch|ihr|man|irgend ?(?:jemand\w*|wer)|jmd\.?)"
_ANYONE_EN = r"(?:any ?one|any ?body|some ?one|some ?body|you guys|folks|you all|y'?all|people)"

SENTENCE_CUES: dict[str, str] = {
    # what the sentence looks like
    "question_mark": r"\?",
    "question_marks": r"\?[ ]?[?!]",
    "exclamation": r"!\s*$",
    "starts_question_de": r"^\W*(?:und |also |nun |nur |jetzt |aber |hallo,? |hi,? |frage: ?)?(?:wer|was|wie|wo|wann|warum|wieso|weshalb|welche\w*|wohin|woher|womit|wofuer|wieviel\w*|woran|worauf|wozu|ab wann|bis wann|in welche\w*|mit welche\w*|fuer welche\w*|bei welche\w*|von welche\w*)\b",
    "starts_verb_de": r"^\W*(?:und |oder |also |aber )?(?:kann|koennt\w*|koennen|hat|habt|haben|gibt|gibts|ist|sind|muss|muessen|darf|duerfen|soll\w*|weiss|wissen|kennt|kennen|wird|werden|wuerd\w*|lohnt|macht|geht|reicht|brauch\w*|bekomm\w*|faehrt|kommt|verkauft|funktioniert|war|waere|hatte|stimmt|gilt|zahlt|bietet)\b",
    "starts_question_en": r"^\W*(?:and |so |but |hi,? |hello,? |also,? |ask hn: ?|question: ?)?(?:who|what|how|where|when|why|which|whose|what's|where's|how's)\b",
    "starts_verb_en": r"^\W*(?:and |so |or |but |also,? )?(?:is|are|can|could|do|does|did|has|have|would|will|should|am|was|were|any|anyone|anybody|may|must)\b",
    # asking the public
    "anyone_de": rf"\b(?:kann|koennte|weiss|kennt|hat|haette|hatte|war|ist|gibt es|wuerde|macht|nutzt|benutzt|verwendet|verkauft|wuesste|moechte|will|braucht|faehrt|besitzt|setzt|arbeitet|vermietet|bietet|glaubt|meint)\b[^.?!]{{0,40}}\b{_ANYONE_DE}\b",
    "who_de": r"\bwer (?:kann|koennte|weiss|kennt|hat|haette|hilft|macht|war|baut|bietet|verkauft|vermietet|repariert|liefert|moechte|will|hatte|nutzt|benutzt|verwendet|faehrt|wuesste|vertreibt|entwickelt|uebernimmt|erstellt|richtet|setzt|empfiehlt|erklaert|sagt|besitzt|handelt|gibt|arbeitet|wohnt|betreut|programmiert)\b",
    "you_all_de": r"\b(?:koennt|habt|wuerdet|kennt|wisst|nutzt|benutzt|verwendet|empfehlt|macht|seid|haltet|hattet|haettet|koenntet|nehmt|meint|denkt|raetst|glaubt|setzt|fahrt|geht|zahlt) (?:ihr|mir|uns)\b|\b(?:von|bei|an) euch\b|\bihr (?:mir|uns)\b|\beure (?:erfahrung|empfehlung|meinung|tipps)\w*",
    "anyone_en": rf"\b{_ANYONE_EN}\b[^.!]{{0,60}}\?|\b(?:can|could|does|do|has|have|would|is|did) {_ANYONE_EN}\b|\b{_ANYONE_EN} (?:know|have|had|else|recommend|suggest|tried|used|using|help|got|here|seen|experienced|aware)\b",
    "please_de": r"\b(?:bitte (?:um|helft|hilf|dringend|sagt|schreibt|schickt|mailt|melde\w*|gebt)|hilfe ?!|help ?!|sos\b|bitte.{0,30}\bhelfen|helft mir|hilfe (?:gesucht|benoetigt)|um (?:hilfe|rat|tipps|antwort\w*|infos?|auskunft|hinweise)\b)",
    "please_en": r"\b(?:please (?:help|advise|suggest|assist|let (?:me|us) know|guide|share|explain|recommend|tell|provide|clarify)|pls help|plz help|help (?:me|needed|please|wanted|requested)|need (?:some )?(?:help|advice|assistance|suggestions|recommendations|guidance)|looking for (?:help|advice|suggestions|recommendations|guidance|some help)|advice (?:needed|please|wanted|appreciated))",
    "help_me_de": r"\b(?:(?:mir|uns)\b[^.?!]{0,40}\b(?:helfen|weiterhelfen|sagen|erklaeren|empfehlen|raten|nennen|verraten|auskunft|tips?|tipps?|infos?|rat|aufklaeren|erlaeutern|mitteilen|zeigen|schicken)|weiter ?helfen|hilf(?:t|st) (?:mir|uns))\b",
    "help_me_en": r"\b(?:(?:help|tell|advise|guide|explain to|point|show|assist|give|send|suggest) (?:me|us)|(?:can|could|would|will) you (?:please |kindly |possibly |also |maybe |perhaps )?(?:help|tell|explain|share|send|provide|give|post|advise|suggest|recommend|point|check|upload|describe|show|elaborate|clarify|let))\b",
    # need of their own
    "search_de": r"\b(?:ich suche|suche ich|suche (?:nach|einen?|eine[nm]?|dringend|ein|fuer|immer noch|noch|gute\w*|guenstige\w*|jemand\w*|auf diesem|daher|deshalb|schon|zur ?zeit|derzeit|momentan|alternative\w*|info\w*)|wir suchen|suchen wir|suchen (?:einen?|eine[nm]?|fuer|noch|nach|dringend|wir)|auf der suche nach|bin auf der suche|sind auf der suche|gesucht(?: wird| werden)?)\b|^\W*(?:suche|gesucht|suchen)\b",
    "search_en": r"\b(?:(?:i'?m|i am|we'?re|we are|am|currently) (?:currently |still |also |just )?(?:looking for|searching for|trying to find|in search of|in need of|seeking|after)|looking (?:for|to (?:buy|hire|find|get|switch|replace))|searching for|seeking an?|(?:i|we) (?:need|require|want|would like|'d like|am trying|are trying|wish|was wondering|am wondering|wonder|wondered|have a question|have questions|have an? (?:issue|problem)|am having|'m having|'m trying|'m wondering)|in the market for|wanted:|iso\b)\b",
    "need_de": r"\b(?:ich brauche|brauche ich|wir brauchen|brauchen wir|brauche (?:einen?|hilfe|rat|dringend|unbedingt|euer\w*|mal|tipps)|benoetige\w*|bin (?:fuer|ueber) (?:jede\w*|alle|eure|tip\w*|hinweis\w*|info\w*|antwort\w*)|waere (?:ich )?(?:fuer|dankbar|froh|nett|schoen|super|toll|klasse|euch)|wuerde(?:n)? (?:mich|uns|ich mich|wir uns)?\s?(?:sehr )?(?:ueber|freuen|interessieren)|interessiere mich|interessiert mich|wuesste (?:ich )?gern\w*|wuesste ich|wuerde (?:ich )?gern\w*|moechte (?:ich )?(?:gern\w*|mir|wissen|mich)|will (?:ich )?(?:mir|wissen)|haette (?:ich )?(?:gern\w*|da|mal|noch|eine)|habe (?:ich )?vor|plane\w*|ueberlege\w*|weiss (?:ich )?nicht|bin (?:mir )?(?:nicht sicher|unsicher|unschluessig|ratlos|am verzweifeln|verzweifelt)|frage (?:ich )?mich|verstehe (?:ich )?nicht|finde (?:ich )?(?:nichts|keine\w*|nirgend\w*)|kenne mich\b.{0,30}\bnicht aus|keine ahnung)\b",
    "thanks_ahead_de": r"\b(?:(?:danke?|dank) (?:schon ?mal|schonmal|schon|bereits|im ?voraus|euch|vorab|fuer (?:eure|jede\w*|die hilfe|hilfe|tip\w*|hinweis\w*|antwort\w*|info\w*|ihre))|im voraus|vorab (?:vielen |besten |schon )?dank|schon ?mal (?:vielen |besten )?dank\w*|fuer (?:jede\w*|eure|alle|tip\w*|hinweis\w*|infos?|antworten) \w* ?\w* ?\w* ?(?:dank\w*|dankbar)|dankbar|freue mich (?:auf|ueber)|antwort(?:en)? (?:bitte|per|an)|tia|thx im)\b",
    "thanks_ahead_en": r"\b(?:thanks? (?:in advance|for (?:any|your) (?:help|advice|suggestions|input|time|assistance)|you in advance)|(?:any|your) (?:help|advice|suggestions?|ideas?|input|pointers|thoughts|tips|insights?|recommendations?|feedback|guidance|clue|comments) (?:is|are|would|will|on|for|how|about|welcome|please|much|appreciated|greatly)|(?:much|greatly|highly|really|be) appreciated|appreciate (?:any|your|it|some|the)|tia\b|any (?:help|ideas?|suggestions?|advice|thoughts|pointers|recommendations?|tips|insights?)\b)",
    "question_announced_de": r"\b(?:(?:eine|ne|mal|mal ne|folgende|ein paar|paar|meine|kurze|kleine|die|zwei|einige|noch eine|dumme|habe?n?|generelle|allgemeine|grundsaetzliche)\s?\w* fragen?|frage ?:|fragen ?:|frage(?:n)? (?:zu|an|bezueglich|wegen|ist|lautet|waere)|folgende[sn]? (?:problem|fragen?|anliegen|sachverhalt|fall)|stehe vor|stehen vor|weiss jemand\w*)\b",
    "question_announced_en": r"\b(?:(?:a|my|one|another|quick|following|few|some|two|i have) questions?|question ?:|questions ?:|is there (?:a|any|some)|are there any|is it possible|the (?:problem|issue|question) is|how (?:do|can|could|should|would|to)\b|what (?:is|are|would be|'s) the best|where (?:can|do|could|should) (?:i|we|one|you))\b",
    "how_do_i_de": r"\b(?:wie|wo|was|wann|womit|woher|wohin|welche\w*|wieviel\w*|warum|an wen|bei wem)\b[^.?!]{0,60}\b(?:ich|wir|man|mir|uns)\b",
    "how_do_i_en": r"\b(?:how|where|what|when|which|who|why)\b[^.?!]{0,60}\b(?:i|we|one|me|my|us)\b",
    "may_i_de": r"\b(?:kann|darf|muss|soll|sollte|koennte|habe|bin|brauche|muesste|duerfte|bekomme|hat|haette) (?:ich|man|wir|mein\w*|unser\w*)\b",
    "may_i_en": r"\b(?:can|may|must|should|could|do|am|would|shall|will|did|have) (?:i|we|my|our)\b",
    "is_there_de": r"\bgibt(?:'?s| es)\b|\bob (?:es|man|ich|das|die|der|jemand|wir|ihr|sich)\b",
    # kinds
    "problem_de": r"\b(?:problem\w*|fehler\w*|geht nicht|gehen nicht|funktioniert (?:\w+ ){0,3}nicht|funktionieren nicht|klappt (?:\w+ ){0,2}nicht|kaputt|defekt\w*|stuerzt ab|haengt|laesst sich nicht|startet nicht|fehlermeldung\w*|verweiger\w*|wider(?:spruch|rufen)|mahnung\w*|forder\w*|kuendig\w*|reklam\w*|komme nicht weiter|bekomme ich nicht|nicht mehr|ploetzlich|seit gestern|schaffe es nicht|gericht\w*|anwalt\w*|klage\w*|vertrag\w*|vermieter\w*)\b",
    "problem_en": r"\b(?:error\w*|problem\w*|issues?|fail(?:s|ed|ing|ure)?|does(?:n'?t| not) (?:work|show|open|load|start|appear|seem)|not working|is(?:n'?t| not) working|stuck|crash\w*|unable|can(?:'?t|not| not)|bug|exception\w*|broken|wrong|won'?t|did(?:n'?t| not)|missing|getting an?|trying to|tried|lost|cancel\w*|delayed|stranded|refund)\b",
    "recommend_de": r"\b(?:empfehl\w*|empfiehl\w*|vorschl\w*|welche\w* (?:software|tool|programm|anbieter|hotel|bank|broker|app|produkt|modell|geraet|hersteller|system|loesung|firma|buch|reisefuehrer|fonds|versicherung|agentur|shop|laden|restaurant)|alternativ\w*|gute[rsn]?|beste[rsn]?|geeignet\w*|guenstig\w*|ideen|geheimtip\w*|lohnenswert|was (?:nehmt|nutzt|verwendet|benutzt))\b",
    "recommend_en": r"\b(?:recommend\w*|suggest\w*|alternative\w*|best|favou?rite|good|great|which (?:software|tool|app|program|one|service|product)|what (?:software|tool|app|program|books?|sites?|service)s?|equivalent|replacement|similar to|like)\b",
    "where_get_de": r"\b(?:wo (?:bekomm\w*|kann (?:ich|man|wir)|krieg\w*|gibt|finde\w*|kauf\w*|bestell\w*|erhalt\w*|erhaelt)|woher|bezugsquelle\w*|kaufen|kaufe|bestellen|mieten|verkauft|download\w*|herunterladen|leihen|ausleihen|ferienwohnung\w*|ferienhaus\w*|wohnung\w*|zimmer|karten|tickets?|flug|fluege|zu verkaufen|adress\w*|url|link\w*|quelle\w*|haendler\w*|lieferant\w*|hersteller\w*)\b",
    "where_get_en": r"\b(?:where (?:can|do|could|to|is|should)|buy|purchase|download|rent|order|sell\w*|supplier\w*|vendor\w*|source|dataset\w*|get (?:a|the|it|one))\b",
    "provider_de": r"\b(?:dienstleister\w*|agentur\w*|freelancer\w*|freiberufler\w*|anwalt|anwaeltin|rechtsanwalt|steuerberater\w*|handwerker\w*|entwickler\w*|programmierer\w*|firma|firmen|anbieter\w*|arzt|aerztin|zahnarzt|werkstatt|reparatur\w*|nachhilfe|umzug\w*|friseur\w*|schneider\w*|berater\w*|beratung|hoster|hosting|systemhaus\w*|partner\w*|angebot\w*|auftrag\w*|ausschreibung\w*|projekt|uebernehmen|umsetzen|beauftragen|baut|bauen|reparier\w*|makler\w*|psychotherap\w*|tierarzt|elektriker|maler|fotograf\w*|designer\w*|experte\w*|unterstuetzung|betreut|einrichten)\b",
    "provider_en": r"\b(?:freelancer\w*|agency|agencies|contractor\w*|consultant\w*|developer\w*|hire|hiring|company|companies|firm|provider\w*|service provider|lawyer\w*|accountant\w*|designer\w*|someone (?:to|who)|quote|budget|rfp|tender|vendor\w*|outsourc\w*|doctor|plumber|electrician|repair)\b",
    "tips_de": r"\b(?:tips?|tipps?|rat|ratschl\w*|ideen?|vorgeh\w*|anleitung\w*|wie (?:macht|mach\w*|kann|geht|gehe|bekomm\w*|stell\w*|sollte|soll|wuerdet|kommt|komme)|was muss|beachten|worauf|am besten|hinweise?|moeglichkeit\w*|sinnvoll|lohnt|anfang\w*|einsteig\w*)\b",
    "tips_en": r"\b(?:tips?|advice|how (?:to|do|can|could|should|would)|best (?:way|practice|approach)|guide|tutorial|way to|ideas?|approach|possible to|steps|instructions|learn)\b",
    "experience_de": r"\b(?:erfahrung\w*|meinung\w*|was haltet|was meint|was denkt|wie findet|hat (?:schon )?(?:mal )?jemand|war schon|wer (?:hat|war|kennt|nutzt|benutzt|verwendet|faehrt)|zufrieden|taugt|taugen|serioes\w*|kennt jemand|zu empfehlen|wie ist|wie sind|berichten|bericht\w*|eindruck|eindruecke|lohnt)\b",
    "experience_en": r"\b(?:experience\w*|opinion\w*|thoughts|what do you think|has anyone|have you|anyone (?:use|used|tried|using|have)|reviews?|worth|how is|how are|how do you like|impressions|feedback|happy with)\b",
    "comparison_de": r"\b(?:oder (?:doch |eher |lieber |besser )?(?:die|der|das|ein\w*)?|vs\.?|versus|vergleich\w*|unterschied\w*|besser als|im vergleich|vor- und nachteile|vorteile|nachteile|was ist besser|welche\w* (?:von|ist|der) (?:beiden|besser)|gegenueber|lieber|entweder)\b",
    "comparison_en": r"\b(?:vs\.?|versus|compare\w*|comparison\w*|differences?|better than|pros and cons|which (?:one )?is better|advantages|either|or)\b",
    "information_de": r"\b(?:wann|wie (?:lange|hoch|viel\w*|teuer|oft|weit|gross|alt|heisst|nennt)|wieviel\w*|kostet|kosten|gilt|erlaubt|moeglich|bedeutet|stimmt|warum|wieso|ab wann|was (?:ist|sind|heisst|bedeutet|passiert|kostet)|muss (?:ich|man)|darf (?:ich|man)|kann (?:ich|man)|brauch\w* (?:ich|man)|info\w*|steuer\w*|oeffnungszeiten|gibt es)\b",
    "information_en": r"\b(?:when|how (?:long|much|many|often|far|late|big)|what (?:is|are|does|do|time|kind)|cost\w*|price\w*|why|allowed|possible|mean\w*|is it|are there|is there|does (?:it|the|this)|information|info|know (?:if|when|whether|what|how|where))\b",
    # against
    "answer_de": r"\b(?:kann ich (?:nur|dir|euch|ihnen)|ich (?:wuerde|kann|empfehle|rate) (?:dir|ihnen|euch|dringend|zu|nur)|du (?:kannst|musst|solltest|koenntest|brauchst)|sie (?:koennen|muessen|sollten|brauchen)|versuch\w* (?:es |doch |mal )|schau\w* (?:mal|dir|doch)|probier\w* (?:mal|es|doch)|siehe|hab ich (?:auch|mir)|meines wissens|soweit ich weiss|imho|imo|ich nutze|ich benutze|ich habe (?:auch|gute)|bei mir (?:funktioniert|geht|laeuft|war)|hth|viel (?:glueck|erfolg|spass)|guck\w* mal|nimm|ruf\w* (?:doch|mal|einfach)|wende dich|hoffe.{0,20}hilft|freut mich)\b",
    "answer_en": r"\b(?:you (?:can|could|should|need to|must|will need|may|might|have to)|try (?:to|the|this|using|it|with)|i (?:would|'d) (?:recommend|suggest|use|try)|i use|works for me|worked for me|hope (?:this|that|it) helps|see (?:the|this|here)|have a look|take a look|check (?:out|the)|we'?ll|we will|the solution|solution (?:is|was)|fixed|solved|resolved|make sure|thanks for (?:reporting|sharing|your post)|glad|welcome|here(?:'s| is)|let us know|follow the)\b",
    "offer_de": r"\b(?:biete\w*|bieten (?:wir|ihnen)|wir bieten|verkaufe\w*|zu verkaufen|abzugeben|vermiete\w*|stellenangebot\w*|[mwd]/[mwd](?:/[mwdx])?|stellenanzeige\w*|ihre aufgaben|ihr profil|bewerb\w*|zum angebot|jetzt (?:neu|kaufen|bestellen|buchen|testen|anmelden|kostenlos|bewerben)|kostenlos\w*|rabatt\w*|besuchen sie|besucht|unsere (?:produkte|leistungen|kunden|website|homepage|webseite|loesung\w*)|kontaktieren sie|wir stellen ein|wir sind ein|team verstaerk\w*|sonderangebot|webinar|pressemitteilung|einladung)\b",
    "offer_en": r"\b(?:for sale|selling|we offer|our (?:product|service|customers|website|solution|team|platform)\w*|discount|sign up|buy now|apply now|we are hiring|we're hiring|job opening|responsibilities|requirements:|free (?:trial|shipping)|check out (?:my|our)|visit (?:our|us)|i (?:made|built|wrote|created)|show hn|announc\w*|introducing|released?|launch\w*|subscribe|promo\w*|webinar)\b",
    "solved": r"\b(?:geloest|erledigt|hat sich (?:schon )?erledigt|solved|\[solved\]|nevermind|never mind|fixed it|figured (?:it )?out|problem gefunden|loesung gefunden|selbst gefunden)\b",
    "second_person_de": r"\b(?:du|dir|dich|dein\w*|sie|ihnen|ihr\w*)\b",
    "second_person_en": r"\b(?:you|your|yours|u)\b",
    "first_person_de": r"\b(?:ich|mir|mich|mein\w*|wir|uns|unser\w*)\b",
    "first_person_en": r"\b(?:i|i'm|i've|i'd|my|me|we|our|us)\b",
    "rhetorical_de": r"\b(?:wer kennt (?:das|es|sie|ihn) nicht|oder\?+$|nicht wahr|gell\?|wie bloed|was soll (?:das|der|die)|wen (?:wundert|interessiert)|wie lange (?:noch|wollen)|geht'?s noch|wann (?:kapier\w*|begreif\w*|hoer\w* )|warum (?:wohl|nur|nicht gleich|muss man)|ernsthaft\?|echt jetzt|wie (?:kann|koennen) (?:man|sie|so)|ach ja\?|ist das (?:ihr|dein) ernst|meinen sie|glauben sie|wollen sie|haben sie|sind sie|was hat das|wo (?:bleibt|bleiben|steht|leben)|seit wann|wer (?:soll|glaubt|braucht|will|sagt))\b",
    "rhetorical_en": r"\b(?:who cares|who knew|guess what|why (?:does everyone|do people|would anyone|is everyone)|how (?:dare|can (?:you|anyone|people))|seriously\?|really\?|am i the only|right\?+$|isn'?t it\?|ever (?:wonder|notice)\w*|did you know|want to (?:learn|know|win)|are you (?:looking|tired|ready|kidding)|what (?:the (?:hell|fuck|heck)|a)|wtf)\b",
    "discussion": r"\b(?:was haltet ihr davon|diskutier\w*|diskussion|umfrage|eure meinung|what'?s your (?:favou?rite|opinion|story)|ask reddit|poll|debate|unpopular opinion|eli5|til\b|lpt|petition\w*|politik\w*|regierung\w*|merkel|trump|afd|spd|cdu|gruenen?|oevp|fpoe|government)\b",
    "mention": r"(?<!\w)@\w",
    "hashtag": r"(?<!\w)#\w",
    "url": r"https?://|www\.",
    "greeting": r"^\W*(?:hallo|hi|hey|moin|servus|guten (?:tag|morgen|abend)|sehr geehrte\w*|liebe\w*|hello|dear|good (?:morning|afternoon|evening|day)|gruezi|gruess\w*|n'?abend|tach)\b",
    "closing": r"\b(?:gruss|gruesse|mfg|vg|lg|regards|cheers|best|ciao|tschau|tschuess|bye|kind regards)\b\W*\w*\W*$",
    "negation": r"\b(?:nicht|kein\w*|nie|not|no|never|don'?t)\b",
    "irony": r"[;:]-?[)pd](?!\w)|[🤣😂🙄]|\b(?:haha\w*|lol|rofl|scnr|ironie\w*|sarkas\w*|sarcas\w*)\b",
}
"""Name to pattern; every pattern is searched in one folded sentence."""

_COMPILED = tuple((name, re.compile(pattern)) for name, pattern in SENTENCE_CUES.items())
NAMES = tuple(SENTENCE_CUES)


def find(folded: str, words: Iterable[str] | None = None) -> tuple[int, ...]:
    """Return the numbers (places in ``NAMES``) of the cues in one folded sentence, in order.

    ``words`` are the words of the sentence (as ``words.read`` gives them): only patterns that can begin with one
    of them are tried, which changes nothing but the time.
    """
    if words is None:
        words = _WORD.findall(folded)
    possible = 0
    first = 0
    for word in words:
        bits = _TRIGGERED[word]
        possible |= bits
        if not first and word[0].isalpha():
            first = bits or -1
    # patterns that look at the beginning only can begin with no other word than the first
    possible = possible & ~_ANCHORED | first & _ANCHORED if first > 0 else possible & ~_ANCHORED
    possible |= _ALWAYS | _marks(folded)
    found = []
    while possible:
        lowest = possible & -possible
        possible ^= lowest
        number = lowest.bit_length() - 1
        if _COMPILED[number][1].search(folded):
            found.append(number)
    return tuple(found)


_ANCHORED = sum(
    1 << number for number, pattern in enumerate(SENTENCE_CUES.values()) if pattern.startswith("^")
)
_WHOLE = "$"
"""Ends a beginning after which the word must end."""
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]{1,3})?")
_MARKS = {
    "?": ("question_mark", "question_marks"),
    "!": ("exclamation",),
    "@": ("mention",),
    "#": ("hashtag",),
    "://": ("url",),
    "www.": ("url",),
    ":": ("irony",),
    ";": ("irony",),
    "🤣": ("irony",),
    "😂": ("irony",),
    "🙄": ("irony",),
}
"""Cues that begin with a mark instead of a word."""
_MARK_BITS = tuple((mark, sum(1 << NAMES.index(name) for name in names)) for mark, names in _MARKS.items())


def _marks(folded: str) -> int:
    bits = 0
    for mark, bit in _MARK_BITS:
        if mark in folded:
            bits |= bit
    return bits


class _Triggered(dict[str, int]):
    """A bit for each cue whose pattern can begin with a word; a cache that never changes what comes out."""

    _MOST = 200_000

    def __missing__(self, word: str) -> int:
        bits = _BEGINNINGS.get(word + _WHOLE, 0) | _BEGINNINGS.get(word.partition("'")[0] + _WHOLE, 0)
        for end in range(1, min(len(word), _LONGEST) + 1):
            bits |= _BEGINNINGS.get(word[:end], 0)
        if len(self) < self._MOST:
            self[word] = bits
        return bits


_TRIGGERED = _Triggered()


def _beginnings() -> tuple[dict[str, int], int]:
    """Return, for each text a pattern can begin with, the bits of those patterns; and those always to be tried."""
    found: dict[str, int] = {}
    always = 0
    marks = {name for names in _MARKS.values() for name in names}
    for number, (name, pattern) in enumerate(SENTENCE_CUES.items()):
        complete, unfinished = _first_letters(list(_parser.parse(pattern)), frozenset({""}))
        beginnings = complete | unfinished
        if "" in beginnings:
            always |= 0 if name in marks else 1 << number
            beginnings -= {""}
        for beginning in beginnings:
            found[beginning] = found.get(beginning, 0) | 1 << number
    return found, always


def _first_letters(nodes: list[Any], before: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Walk a parsed pattern: return (beginnings that are complete, beginnings that the next node may lengthen).

    A beginning is complete at the first thing that is not one certain letter. Too short is safe (the pattern is tried
    more often than needed), too long is not.
    """
    done: set[str] = set()
    going = before
    for kind, value in nodes:
        name = str(kind)
        if not going:
            break
        if name == "LITERAL":
            letter = chr(value)
            if letter.isalpha():
                going = frozenset(start + letter for start in going)
            else:
                done |= {start + _WHOLE for start in going if start}
                going = frozenset({""}) if "" in going else frozenset()
        elif name == "AT" and str(value) == "AT_BOUNDARY":
            done |= {start + _WHOLE for start in going if start}
            going &= {""}
        elif name == "BRANCH":
            ahead: set[str] = set()
            for branch in value[1]:
                complete, open_ = _first_letters(list(branch), going)
                done |= complete
                ahead |= open_
            going = frozenset(ahead)
        elif name == "SUBPATTERN":
            complete, going = _first_letters(list(value[-1]), going)
            done |= complete
        elif name == "MAX_REPEAT" and value[0] == 0 and value[1] == 1:
            complete, longer = _first_letters(list(value[2]), going)
            done |= complete
            going = going | longer
        elif name in {"AT", "ASSERT", "ASSERT_NOT"}:
            continue
        elif name == "MAX_REPEAT" and value[0] == 0 and going == {""}:
            continue  # blanks or marks before the first word
        elif name == "IN" and all(str(part[0]) == "LITERAL" for part in value):
            going = frozenset(
                start + chr(letter) for start in going for _, letter in value if chr(letter).isalpha()
            )
            if not going:
                done.add("")
        else:
            done |= going
            going = frozenset()
    return frozenset(done), going


_BEGINNINGS, _ALWAYS = _beginnings()
_LONGEST = max(map(len, _BEGINNINGS))
