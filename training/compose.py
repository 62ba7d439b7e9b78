"""Put posts together from written phrases: the same topics asked for, offered, answered, reported and debated.

    python training/compose.py > composed.jsonl

The phrases are written for this project (CC0-1.0). What comes out is for training only: a figure of quality must
never be computed on it. The same seed gives the same posts.
"""

from __future__ import annotations

import json
import random
import sys

SEED = 20
POSTS = 3000

# German noun phrases: accusative, nominative, bare noun
THINGS_DE = [
    ("ein CRM", "ein CRM", "CRM"),
    ("eine Warenwirtschaft", "eine Warenwirtschaft", "Warenwirtschaft"),
    ("einen Webshop", "ein Webshop", "Webshop"),
    ("eine Buchhaltungssoftware", "eine Buchhaltungssoftware", "Buchhaltung"),
    ("einen Drucker", "ein Drucker", "Drucker"),
    ("eine Firewall", "eine Firewall", "Firewall"),
    ("ein gebrauchtes Notebook", "ein gebrauchtes Notebook", "Notebook"),
    ("eine Zeiterfassung", "eine Zeiterfassung", "Zeiterfassung"),
    ("einen Kachelofen", "ein Kachelofen", "Kachelofen"),
    ("eine Wärmepumpe", "eine Wärmepumpe", "Wärmepumpe"),
    ("einen Kinderwagen", "ein Kinderwagen", "Kinderwagen"),
    ("ein Lastenrad", "ein Lastenrad", "Lastenrad"),
    ("eine Kaffeemaschine", "eine Kaffeemaschine", "Kaffeemaschine"),
    ("einen NAS-Server", "ein NAS-Server", "NAS"),
    ("eine Kamera", "eine Kamera", "Kamera"),
    ("ein Buch über Statistik", "ein Buch über Statistik", "Statistik"),
    ("eine Ferienwohnung", "eine Ferienwohnung", "Ferienwohnung"),
    ("eine Telefonanlage", "eine Telefonanlage", "Telefonanlage"),
    ("ein Ticketsystem", "ein Ticketsystem", "Ticketsystem"),
    ("einen VPN-Zugang", "ein VPN-Zugang", "VPN"),
    ("eine Dashcam", "eine Dashcam", "Dashcam"),
    ("ein Mikrofon", "ein Mikrofon", "Mikrofon"),
    ("einen Rasenmäher", "ein Rasenmäher", "Rasenmäher"),
    ("eine Solaranlage", "eine Solaranlage", "Solaranlage"),
    ("ein Girokonto", "ein Girokonto", "Girokonto"),
    ("eine Haftpflichtversicherung", "eine Haftpflichtversicherung", "Versicherung"),
    ("ein Backup-Programm", "ein Backup-Programm", "Backup"),
    ("einen Passwortmanager", "ein Passwortmanager", "Passwortmanager"),
]
PEOPLE_DE = [
    "einen Steuerberater",
    "einen guten Zahnarzt",
    "eine Webagentur",
    "einen Freelancer für WordPress",
    "einen Elektriker",
    "ein Systemhaus",
    "einen Fachanwalt für Mietrecht",
    "eine Werkstatt für Oldtimer",
    "einen Fliesenleger",
    "eine Nachhilfelehrerin",
    "einen Entwickler für eine App",
    "einen Datenschutzbeauftragten",
    "eine Übersetzerin",
    "einen Dachdecker",
    "einen Schneider",
    "eine Hebamme",
    "einen IT-Dienstleister",
    "eine Umzugsfirma",
    "einen Fotografen",
    "eine Tierärztin",
    "einen SAP-Berater",
    "eine Druckerei",
    "einen Hosting-Anbieter",
    "einen Schlüsseldienst",
    "eine Reinigungsfirma",
    "einen Lieferanten für Verpackungen",
]
PLACES_DE = [
    "",
    "",
    " in Kassel",
    " in Hamburg",
    " im Raum Stuttgart",
    " in Wien",
    " in der Nähe von Graz",
    " bei Leipzig",
    " in Zürich",
    " hier in der Gegend",
]
NAMES = [
    ("Lexware", "sevDesk"),
    ("Shopify", "Shopware"),
    ("Hetzner", "Strato"),
    ("Proxmox", "ESXi"),
    ("Pipedrive", "HubSpot"),
    ("Fritzbox", "Unifi"),
    ("Python", "Go"),
    ("Bosch", "Makita"),
    ("Synology", "QNAP"),
    ("Zoho", "Salesforce"),
    ("Android", "iOS"),
    ("Postgres", "MySQL"),
    ("Bali", "Thailand"),
    ("ETF", "Tagesgeld"),
    ("Teams", "Zoom"),
]
PROBLEMS_DE = [
    "{x} startet seit dem letzten Update nicht mehr",
    "beim Speichern kommt immer die Fehlermeldung 0x80070005",
    "mein Vermieter will die Kaution nicht zurückzahlen",
    "der Drucker wird im Netzwerk nicht gefunden",
    "seit gestern bekomme ich keine Mails mehr",
    "die Seite lädt nur noch halb",
    "mein Paket ist seit drei Wochen verschwunden",
    "die Heizung wird nur lauwarm",
    "der Import bricht nach 200 Zeilen ab",
    "mein Chef will mir den Resturlaub streichen",
    "die Versicherung weigert sich zu zahlen",
    "ich komme nicht mehr in mein Konto",
    "nach dem Neustart ist der Bildschirm schwarz",
    "der Verkäufer reagiert nicht mehr",
    "mein Hund frisst seit Tagen kaum noch",
    "die Verbindung bricht alle paar Minuten ab",
    "ich habe aus Versehen die Partition gelöscht",
    "die Formel in Excel liefert nur #WERT",
    "das Finanzamt erkennt die Kosten nicht an",
]
ACTS_DE = [
    "{x} selbst einrichten",
    "von {a} auf {b} umsteigen",
    "die Daten von {a} nach {b} übertragen",
    "Rechnungen automatisch verschicken",
    "eine kleine GmbH gründen",
    "ein altes Fenster abdichten",
    "Kindergeld im Ausland beantragen",
    "einen Server absichern",
    "einen Vertrag kündigen",
    "mit dem Laufen anfangen",
    "Fotos vom Handy sichern",
    "einen Verein eintragen lassen",
    "mit kleinem Budget Werbung machen",
    "eine Website mehrsprachig machen",
    "mehrere Excel-Dateien zusammenführen",
]
FACTS_DE = [
    "wie lange die Lieferung von {x} dauert",
    "was {x} im Monat kostet",
    "ob man dafür eine Genehmigung braucht",
    "wann das Bürgeramt geöffnet hat",
    "ob {a} auch auf Linux läuft",
    "ab wann man steuerpflichtig ist",
    "was der Unterschied zwischen Brutto- und Nettomiete ist",
    "ob die Garantie noch gilt",
    "welche Unterlagen man braucht",
    "ob {a} Umlaute im Dateinamen kann",
    "wie hoch die Gebühren bei {a} sind",
]

# cores: (kinds, phrase)
ASK_DE = [
    ("recommendation", "Welches {n} nehmt ihr so?"),
    ("recommendation", "Kann jemand {x} empfehlen?"),
    ("recommendation", "Könnt ihr mir {x} empfehlen?"),
    ("recommendation", "Habt ihr Empfehlungen für {x}?"),
    ("recommendation", "Welche {n}-Lösung passt für zehn Leute?"),
    ("recommendation", "Hat jemand einen Tipp für {x}, möglichst nicht zu teuer?"),
    ("recommendation", "Bin für jede Empfehlung zum Thema {n} dankbar."),
    ("recommendation", "Gibt es brauchbare Alternativen zu {a}?"),
    ("recommendation", "Was würdet ihr nehmen, wenn es um {n} geht?"),
    ("recommendation", "Suche {x}, was ist da zu empfehlen?"),
    ("recommendation", "Ich schwanke noch, welches {n} ich nehmen soll. Vorschläge?"),
    ("recommendation", "Gute {n} gesucht, Budget ist begrenzt."),
    ("sourcing", "Wo bekomme ich {x}?"),
    ("sourcing", "Wo kann man {x} günstig kaufen?"),
    ("sourcing", "Weiß jemand, wo es {x} noch gibt?"),
    ("sourcing", "Hat zufällig jemand {x} abzugeben?"),
    ("sourcing", "Suche {x}{o}, gerne gebraucht."),
    ("sourcing", "Wir suchen {x} zum Mieten."),
    ("sourcing", "Kennt jemand eine Bezugsquelle für {n}-Ersatzteile?"),
    ("sourcing", "Verkauft jemand {x}?"),
    ("sourcing", "Ich brauche bis Freitag {x}. Wer hat so etwas?"),
    ("sourcing", "Wo finde ich {x} zum Herunterladen?"),
    ("sourcing", "Gesucht: {x}{o}."),
    ("sourcing", "Suche dringend {x}. Angebote bitte per PN."),
    ("provider", "Ich suche {p}{o}."),
    ("provider", "Wir suchen {p}{o}, der oder die zuverlässig ist."),
    ("provider", "Kennt jemand {p}{o}?"),
    ("provider,recommendation", "Wer kann {p}{o} empfehlen?"),
    ("provider", "Wer kann uns {x} einrichten? Wir zahlen natürlich."),
    ("provider", "Wer baut uns {x}? Bitte mit Preisvorstellung melden."),
    ("provider", "Wir haben einen Auftrag zu vergeben: {n} für drei Standorte."),
    ("provider", "Brauche dringend {p}{o}, bei uns steht alles still."),
    ("provider", "Gibt es hier {p}, der kurzfristig Zeit hat?"),
    ("provider", "Unser Betrieb sucht {p}{o} für eine längere Zusammenarbeit."),
    ("provider", "Wer repariert so etwas{o}?"),
    ("provider", "Wer übernimmt so ein Projekt und was würde es kosten?"),
    ("provider,recommendation", "Zu welcher Firma würdet ihr gehen, wenn ihr {p}{o} braucht?"),
    ("provider", "Bitten um Angebote: {n}, etwa 20 Arbeitsplätze."),
    ("provider", "Hat jemand Kontakt zu jemandem, der {n} betreut?"),
    ("provider", "Ausschreibung: Einführung {n}, Abgabe der Angebote bis Monatsende."),
    ("support", "Hallo zusammen, {f}. Was kann ich tun?"),
    ("support", "{F}. Hat jemand eine Idee?"),
    ("support", "{F}. Kann mir jemand helfen?"),
    ("support", "Hilfe, {f}!"),
    ("support", "Folgendes Problem: {f}. Ich bin ratlos."),
    ("support", "{F}. Habe schon alles probiert, komme aber nicht weiter."),
    ("support", "{F}. Woran kann das liegen?"),
    ("support", "{F}. Ist das rechtens und wie wehre ich mich?"),
    ("support", "{F}. Kennt jemand das und weiß eine Lösung?"),
    ("support", "@kundendienst {f}, könnt ihr das bitte prüfen?"),
    ("support", "{F}. Wie soll ich mich jetzt verhalten?"),
    ("support", "{F}. Bin am Verzweifeln und für jeden Rat dankbar."),
    ("tips", "Wie kann ich am besten {v}?"),
    ("tips", "Wie würdet ihr {v}?"),
    ("tips", "Ich möchte {v}. Worauf muss ich achten?"),
    ("tips", "Hat jemand Tipps, wie man {v} kann?"),
    ("tips", "Gibt es eine Anleitung, mit der ich {v} kann?"),
    ("tips", "Was muss man beachten, wenn man {v} will?"),
    ("tips", "Ich will {v}, weiß aber nicht, wo ich anfangen soll."),
    ("tips", "Wie geht ihr vor, um {v} zu können?"),
    ("tips", "Bräuchte Rat: ich soll {v} und habe das noch nie gemacht."),
    ("experience", "Hat jemand Erfahrungen mit {a}?"),
    ("experience", "Was haltet ihr von {a}?"),
    ("experience", "Taugt {a} etwas?"),
    ("experience", "Nutzt hier jemand {a} im Alltag und mag berichten?"),
    ("experience", "Wer hat schon mit {a} gearbeitet? Seid ihr zufrieden?"),
    ("experience", "Ist {a} seriös? Würde dort gern bestellen."),
    ("experience", "Wie sind eure Erfahrungen mit {a} als Anbieter?"),
    ("experience", "Kennt jemand {a} und kann etwas zur Qualität sagen?"),
    ("experience", "Mich würden eure Erfahrungen mit {a} interessieren."),
    ("comparison", "{a} oder {b}, was ist besser?"),
    ("comparison", "Stehe vor der Wahl zwischen {a} und {b}."),
    ("comparison", "{a} vs. {b}: was spricht wofür?"),
    ("comparison", "Würdet ihr eher {a} oder {b} nehmen?"),
    ("comparison", "Wo liegen die Unterschiede zwischen {a} und {b}?"),
    ("comparison", "Schwanke zwischen {a} und {b}. Wozu ratet ihr?"),
    ("comparison,experience", "Wer hat {a} und {b} im Vergleich gehabt?"),
    ("comparison", "Lohnt der Aufpreis für {a} gegenüber {b}?"),
    ("comparison", "Lieber {a} oder doch {b}?"),
    ("information", "Weiß jemand, {i}?"),
    ("information", "Ich wüsste gern, {i}."),
    ("information", "Kann mir jemand sagen, {i}?"),
    ("information", "Kurze Frage: {i}?"),
    ("information", "Frage an die Runde: {i}?"),
    ("information", "Mich würde interessieren, {i}."),
    ("information", "Darf ich das als Mieter überhaupt?"),
    ("information", "Muss ich {x} anmelden?"),
    ("information", "Wie lange dauert so etwas normalerweise?"),
    ("information", "Ist es möglich, {x} in der Schweiz zu nutzen?"),
    ("information", "Was kostet {x1} ungefähr?"),
    ("information", "Stimmt es, dass {x1} meldepflichtig ist?"),
]
CONTEXT_DE = [
    "",
    "",
    "",
    "Hallo zusammen,",
    "Hi,",
    "Moin!",
    "Guten Tag,",
    "Liebe Leute,",
    "Servus,",
    "Ich bin neu hier.",
    "Wir sind ein kleiner Betrieb mit acht Leuten.",
    "Im Büro läuft bisher alles über Excel.",
    "Ich habe schon gesucht, aber nichts Passendes gefunden.",
    "Nächsten Monat ziehe ich um.",
    "Unser alter Anbieter hört auf.",
    "Vorweg: ich kenne mich damit kaum aus.",
    "Meine Eltern haben mich gefragt.",
    "Bisher hatten wir eine andere Lösung, die aber eingestellt wird.",
    "Es geht um einen Handwerksbetrieb.",
    "Ich sitze seit Tagen daran.",
]
CLOSING_DE = [
    "",
    "",
    "",
    "",
    "Danke schon mal!",
    "Vielen Dank im Voraus.",
    "Gruß, Kai",
    "LG",
    "MfG",
    "Bin für alles offen.",
    "Freue mich auf Antworten.",
    "Budget etwa 500 Euro.",
    "Es eilt nicht.",
    "Danke euch",
]
OTHER_DE = [
    ("none", "Biete {x}{o}, kaum benutzt, Preis Verhandlungssache."),
    ("none", "Verkaufe {x}. Abholung{o}."),
    ("none", "Wir bieten {n} für kleine Firmen, jetzt kostenlos testen."),
    ("none", "{n} leicht gemacht: unser neues Angebot für Betriebe."),
    ("none", "Sie suchen {x}? Dann sind Sie bei uns richtig."),
    ("none", "Ihr braucht {x}? Wir helfen gern weiter, Termin online buchen."),
    ("none", "Wer {x} sucht, wird bei uns fündig."),
    ("none", "Als {n}-Spezialist unterstützen wir Sie von der Planung bis zum Betrieb."),
    ("none", "Wir suchen zum nächsten Ersten einen Mitarbeiter (m/w/d) für {n}. Bewerbung per Mail."),
    ("none", "Stellenangebot: Berater {n} (m/w/d) in Vollzeit. Ihre Aufgaben: Kundenbetreuung, Schulung."),
    ("none", "Verstärkung gesucht! Werde Teil unseres Teams und bewirb dich jetzt."),
    ("none", "Ich kann {a} nur empfehlen, läuft seit Jahren ohne Ärger."),
    ("none", "Nimm {a}, damit machst du nichts falsch."),
    ("none", "Ich würde dir zu {a} raten, {b} ist zu teuer."),
    ("none", "Hatte {a} zwei Jahre im Einsatz, bin dann zu {b} gewechselt."),
    ("none", "Schau dir mal {a} an."),
    ("none", "Bei mir war es das Kabel. Tausch das mal aus."),
    ("none", "Welche Version hast du denn? Ohne genauere Angaben kann dir keiner helfen."),
    ("none", "Hast du schon neu gestartet?"),
    ("none", "Was genau steht in der Fehlermeldung?"),
    ("none", "Meinst du {a} oder {b}?"),
    ("none", "Wie groß ist denn dein Budget, und brauchst du das beruflich?"),
    ("none", "Das geht so: unter Einstellungen den Haken bei {n} setzen, dann neu starten."),
    ("none", "Danke, das war es! Jetzt läuft alles."),
    ("none", "Hat sich erledigt, ich habe den Fehler gefunden."),
    ("none", "EDIT: gelöst, es lag am Treiber. {F}, aber jetzt geht es wieder."),
    ("none", "Update: Problem gelöst, danke an alle, die mitgedacht haben."),
    ("none", "Vielen Dank für die schnelle Hilfe, {a} ist es geworden."),
    ("none", "Heute wurde {a} in Version 5 veröffentlicht."),
    ("none", "{a} übernimmt {b}: die wichtigsten Änderungen im Überblick."),
    ("none", "So richten Sie {x} in fünf Schritten ein."),
    ("none", "In diesem Beitrag zeige ich, wie man {v} kann."),
    ("none", "Wie Sie {v} können, lesen Sie in unserem Ratgeber."),
    ("none", "Was kostet {x1}? Die Antwort gibt unser Preisrechner."),
    ("none", "Sie möchten {v}? Unser Seminar am 12. März zeigt, wie."),
    ("none", "Die Stadt sollte endlich mehr Radwege bauen."),
    ("none", "Das ist doch kompletter Unsinn, was hier steht."),
    ("none", "Meiner Meinung nach ist {a} völlig überschätzt."),
    ("none", "Schon wieder Verspätung, vielen Dank für nichts!"),
    ("none", "Gestern beim Konzert gewesen, war großartig."),
    ("none", "{F}. Einfach nur noch peinlich, dieser Laden."),
    ("none", "Tolles Video, weiter so!"),
    ("none", "Wer mehr wissen will, findet auf unserer Seite alle Infos."),
    ("none", "Ich weiß nicht, was daran so schwer sein soll."),
    ("none", "Keiner sucht freiwillig {x}."),
    ("none", "Hilfe bekommt man dort jedenfalls keine."),
    ("none", "Die Frage nach {n} stellt sich für uns nicht mehr."),
    ("none", "Empfehlungen habe ich genug bekommen, danke."),
    ("none", "Suchfunktion benutzen, das Thema {n} hatten wir hier schon hundertmal."),
    ("question", "Wer kennt das nicht?"),
    ("question", "Geht's noch?"),
    ("question", "Und wer soll das bezahlen?"),
    ("question", "Warum regen sich eigentlich alle so auf?"),
    ("question", "Glauben Sie das wirklich selbst?"),
    ("question", "Was ist euer Lieblingsfilm?"),
    ("question", "Wer hat Lust, am Samstag eine Runde zu spielen?"),
    ("question", "Wo bleibt da der Aufschrei der Medien?"),
    ("question", "Haben Sie den Artikel überhaupt gelesen?"),
    ("question", "Ist das jetzt Satire oder ernst gemeint?"),
    ("question", "Seit wann interessiert das die Regierung?"),
    ("question", "Echt jetzt, {a} schon wieder?"),
    ("question", "Was glaubt ihr, wie das Spiel heute ausgeht?"),
    ("question", "Wozu braucht ein Mensch {x}?"),
    ("question", "Kann man so etwas noch ernst nehmen?"),
    ("question", "Und was hat das jetzt mit dem Thema zu tun?"),
    ("question", "Was macht ihr am Wochenende?"),
    ("question", "Wollen Sie damit sagen, alle anderen liegen falsch?"),
    ("question", "Hast du das schon mal selbst ausprobiert oder redest du nur?"),
]
THINGS_EN = [
    "a CRM",
    "an invoicing tool",
    "a used laptop",
    "a good VPN",
    "a password manager",
    "an ERP for a small shop",
    "a mechanical keyboard",
    "a travel stroller",
    "a heat pump",
    "a ticketing system",
    "a PDF editor",
    "a NAS",
    "a sleeping bag",
    "a video editor",
    "an email client",
    "a bank account",
    "a standing desk",
    "a dataset of street signs",
    "a note taking app",
    "a music player",
    "a backup program",
    "a camera for beginners",
    "a textbook on statistics",
    "a charger",
    "a monitoring service",
]
PEOPLE_EN = [
    "a freelance developer",
    "an accountant",
    "a plumber",
    "a web agency",
    "a lawyer for a rental dispute",
    "a dentist",
    "a WordPress consultant",
    "a supplier of packaging",
    "a translator",
    "a contractor",
    "an IT company",
    "a tutor",
    "a photographer",
    "a Salesforce partner",
]
PLACES_EN = ["", "", " in Berlin", " near Boston", " in the UK", " around here", " in Vienna"]
PROBLEMS_EN = [
    "{x} crashes every time I open it",
    "I can't log in to my account anymore",
    "my flight got cancelled and nobody answers the phone",
    "the import stops with error 403",
    "my landlord keeps the deposit",
    "the screen stays black after the update",
    "the API returns an empty response",
    "I lost my bag at the airport",
    "the volume does not show up in the viewer",
    "my order still hasn't arrived",
    "the build fails with a segmentation fault",
    "the sound is gone since yesterday",
    "the envelope is stuck in processing",
    "my refund has been pending for weeks",
    "the plugin isn't working after upgrading",
]
ACTS_EN = [
    "migrate from {a} to {b}",
    "set up {x}",
    "export all contacts",
    "batch rename files",
    "remove a background",
    "automate invoices",
    "learn a language as an adult",
    "run a script at startup",
    "merge two accounts",
    "keep a team motivated",
    "secure a small server",
    "measure the volume of a segment",
    "disable notifications",
    "find the first customers",
]
FACTS_EN = [
    "how long delivery of {x} takes",
    "whether {a} runs on Linux",
    "if it is allowed to work remotely",
    "what the fee is",
    "when the office opens",
    "whether the warranty still applies",
    "which file formats {a} supports",
    "if the limit applies to test accounts",
    "how much {x} costs",
    "what this setting does",
]
ASK_EN = [
    ("recommendation", "Can anyone recommend {x}?"),
    ("recommendation", "What is the best {n} these days?"),
    ("recommendation", "Any recommendations for {x}?"),
    ("recommendation", "Looking for {x}, what would you suggest?"),
    ("recommendation", "Is there an alternative to {a}?"),
    ("recommendation", "{n} recommendations?"),
    ("recommendation", "Alternatives to {a}"),
    ("recommendation", "What {n} do you use?"),
    ("recommendation", "Ask HN: What do you use for {n}?"),
    ("recommendation", "Which {n} should I get?"),
    ("recommendation", "Good {n} for a beginner?"),
    ("recommendation", "Need {x}, any suggestions?"),
    ("recommendation", "Please suggest {x}."),
    ("sourcing", "Where can I buy {x}?"),
    ("sourcing", "Where can I download {x}?"),
    ("sourcing", "Does anyone have {x} for sale?"),
    ("sourcing", "Looking to buy {x}{o}."),
    ("sourcing", "Where do I find {x}?"),
    ("sourcing", "Anyone selling {x}?"),
    ("sourcing", "I want to buy {x}, where is it cheapest?"),
    ("sourcing", "Who sells {x}{o}?"),
    ("sourcing", "Could someone share {x}?"),
    ("provider", "Looking for {p}{o}."),
    ("provider", "Can anyone recommend {p}{o}?"),
    ("provider", "We need {p} for a three month project."),
    ("provider", "Looking to hire {p}, budget is around 3k."),
    ("provider", "Who can build {x} for us?"),
    ("provider", "Does anyone know {p}{o}?"),
    ("provider", "I need someone to set up {x} for my shop."),
    ("provider", "Request for quotes: {n} for 30 users."),
    ("provider", "Is there {p}{o} who takes small jobs?"),
    ("support", "{F}. Any ideas?"),
    ("support", "{F}. Can someone help?"),
    ("support", "{F}. How do I fix this?"),
    ("support", "{F}, please help."),
    ("support", "Help! {F}."),
    ("support", "{F}. What am I doing wrong?"),
    ("support", "{F}. I've tried everything I could find."),
    ("support", "@support {f}, can you look into it?"),
    ("support", "@airline {f}. What are my options?"),
    ("support", "{F}. Has anyone seen this before?"),
    ("support", "{F} and I don't know what to do."),
    ("support", "Hi, {f}. Is there a workaround?"),
    ("support", "{F}. please advise"),
    ("support", "Why does this happen: {f}?"),
    ("tips", "How do I {v}?"),
    ("tips", "How to {v}?"),
    ("tips", "What's the best way to {v}?"),
    ("tips", "Is there a way to {v}?"),
    ("tips", "Any tips on how to {v}?"),
    ("tips", "Ask HN: How do you {v}?"),
    ("tips", "I want to {v} but don't know where to start."),
    ("tips", "Is it possible to {v}?"),
    ("tips", "Could somebody explain how to {v}?"),
    ("tips", "How can I {v} without losing data?"),
    ("tips", "I'm trying to {v}. Advice appreciated."),
    ("tips", "Need advice: I have to {v} by Friday."),
    ("experience", "Has anyone used {a}?"),
    ("experience", "What are your experiences with {a}?"),
    ("experience", "Is {a} any good?"),
    ("experience", "Anyone here happy with {a}?"),
    ("experience", "Is {a} worth the money?"),
    ("experience", "Thoughts on {a} for a small team?"),
    ("experience", "How do you like {a} so far? Considering it."),
    ("experience", "Is {a} legit? Thinking of ordering."),
    ("comparison", "{a} or {b}?"),
    ("comparison", "{a} vs {b} for a small team?"),
    ("comparison", "Should I go with {a} or {b}?"),
    ("comparison", "What is the difference between {a} and {b}?"),
    ("comparison", "Can't decide between {a} and {b}."),
    ("comparison", "Is {a} better than {b}?"),
    ("comparison", "Pros and cons of {a} compared to {b}?"),
    ("information", "Does anyone know {i}?"),
    ("information", "Can someone tell me {i}?"),
    ("information", "I was wondering {i}."),
    ("information", "Quick question: {i}?"),
    ("information", "Do I need a licence for that?"),
    ("information", "How long does it usually take?"),
    ("information", "@airline can I bring {x} on board?"),
    ("information", "Are there any plans to support {a}?"),
    ("information", "Does {a} work with {b}?"),
    ("information", "What does the yellow icon mean?"),
    ("information", "Is {x} included in the price?"),
]
CONTEXT_EN = [
    "",
    "",
    "",
    "Hi all,",
    "Hello,",
    "Hi there,",
    "Hey folks,",
    "I'm new here.",
    "We are a small company with eight people.",
    "I have searched the docs but found nothing.",
    "I'm using the latest version on Windows 10.",
    "Our old vendor is closing down.",
    "My parents asked me about this.",
    "I'm moving next month.",
]
CLOSING_EN = [
    "",
    "",
    "",
    "",
    "Thanks in advance!",
    "Thanks",
    "Cheers, Sam",
    "Any help is appreciated.",
    "Thank you!",
    "Budget is about $300.",
    "TIA",
]
OTHER_EN = [
    ("none", "Selling {x}, barely used. Pick up{o}."),
    ("none", "We offer {n} for small teams. Start your free trial today."),
    ("none", "Looking for {x}? Visit our store and save 20%."),
    ("none", "Need {x}? We can help, book a call."),
    ("none", "Struggling to {v}? Our new guide shows you how."),
    ("none", "We are hiring: senior consultant for {n}, full time, apply now."),
    ("none", "Join our team as a {n} engineer. Responsibilities: design, testing."),
    ("none", "I can recommend {a}, it has worked for me for years."),
    ("none", "You should try {a}."),
    ("none", "I would go with {a}, {b} is too expensive."),
    ("none", "Have you tried turning it off and on?"),
    ("none", "Which version are you using?"),
    ("none", "Could you post the log file? Then we can have a look."),
    ("none", "What exactly does the error say?"),
    ("none", "You can do this under settings, then restart."),
    ("none", "Hi Jane, thanks for the report, this has been fixed in the nightly build."),
    ("none", "To {v}, open the menu and choose export."),
    ("none", "Hope this helps."),
    ("none", "Let me know if you need more details."),
    ("none", "Thanks, that solved it!"),
    ("none", "Never mind, I figured it out."),
    ("none", "EDIT: solved, it was the cable. {F} but works again now."),
    ("none", "Thank you so much for the quick reply, works perfectly now."),
    ("none", "{a} 5.0 released"),
    ("none", "{a} acquires {b}"),
    ("none", "Show HN: A tool to {v}"),
    ("none", "How to {v} in five steps"),
    ("none", "How {a} beat {b}"),
    ("none", "Why we moved from {a} to {b}"),
    ("none", "What nobody tells you about {n}"),
    ("none", "10 reasons to use {a}"),
    ("none", "A guide to {n}"),
    ("none", "I built {x} over the weekend, feedback welcome, sign up for the beta."),
    ("none", "@airline worst service ever, never again."),
    ("none", "@airline thanks for the great crew today!"),
    ("none", "Just got {x} and I love it."),
    ("none", "{a} is so overrated."),
    ("none", "I want {x} so badly lol"),
    ("none", "Everyone keeps asking me about {n}, so here is what I use."),
    ("none", "Nobody needs {x}."),
    ("none", "LPT: before you {v}, make a backup."),
    ("none", "TIL {a} was once owned by {b}"),
    ("none", "@airline {f}. Unbelievable, you people are a joke."),
    ("none", "I don't know why people still buy {x}."),
    ("none", "Can't wait for {a} to come out!"),
    ("question", "Who else is excited for the weekend?"),
    ("question", "What's your favourite movie of all time?"),
    ("question", "Why does everyone hate {a}?"),
    ("question", "Seriously, {a} again?"),
    ("question", "Ask HN: Is {a} dead?"),
    ("question", "Ask HN: What was your biggest failure?"),
    ("question", "Did you even read the article?"),
    ("question", "What would the world look like without {n}?"),
    ("question", "Am I the only one who prefers {a}?"),
    ("question", "Isn't that exactly what they said last year?"),
    ("question", "How is this still legal?"),
    ("question", "What do you think will happen to {a} in ten years?"),
    ("question", "Ask HN: Why do people still use {a}?"),
    ("question", "Who wants to play tonight?"),
]


def _fill(phrase: str, german: bool, draw: random.Random) -> str:
    a, b = draw.sample(draw.choice(NAMES), 2)
    if german:
        accusative, nominative, noun = draw.choice(THINGS_DE)
        person, place = draw.choice(PEOPLE_DE), draw.choice(PLACES_DE)
        problems, acts, facts = PROBLEMS_DE, ACTS_DE, FACTS_DE
    else:
        accusative = nominative = draw.choice(THINGS_EN)
        noun = accusative.split(" ", 1)[1]
        person, place = draw.choice(PEOPLE_EN), draw.choice(PLACES_EN)
        problems, acts, facts = PROBLEMS_EN, ACTS_EN, FACTS_EN
    slots = {"a": a, "b": b, "x": accusative, "x1": nominative, "n": noun, "p": person, "o": place}
    problem = draw.choice(problems).format(**slots)
    slots |= {"f": problem, "F": problem[0].upper() + problem[1:]}
    slots |= {"v": draw.choice(acts).format(**slots), "i": draw.choice(facts).format(**slots)}
    filled = phrase.format(**slots)
    return filled[0].upper() + filled[1:] if not filled.startswith("@") else filled


def _roughen(text: str, draw: random.Random) -> str:
    """Write as people do: in lower case, with umlauts written out, without the question mark, in capitals."""
    chance = draw.random()
    if chance < 0.08:
        return text.lower()
    if chance < 0.14:
        return text.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    if chance < 0.20:
        return text.replace("?", "")
    if chance < 0.23:
        return text.replace("?", "??")
    return text


def compose(draw: random.Random, number: int) -> dict[str, object]:
    """Return one post."""
    german = draw.random() < 0.55
    if draw.random() < 0.5:
        kinds, core = draw.choice(ASK_DE if german else ASK_EN)
        label = "request"
    else:
        label, core = draw.choice(OTHER_DE if german else OTHER_EN)
        kinds = ""
    core = _fill(core, german, draw)
    parts = [core]
    if label == "request":
        parts = [
            draw.choice(CONTEXT_DE if german else CONTEXT_EN),
            core,
            draw.choice(CLOSING_DE if german else CLOSING_EN),
        ]
    elif label == "none" and draw.random() < 0.4:
        second = draw.choice(
            [phrase for kind, phrase in (OTHER_DE if german else OTHER_EN) if kind == "none"]
        )
        parts = [
            draw.choice(["", "Hallo,", "Hi,"] if german else ["", "Hi,", "Hello,"]),
            core,
            _fill(second, german, draw),
        ]
    text = _roughen(" ".join(part for part in parts if part), draw)
    title = ""
    if len(core) < 70 and draw.random() < 0.25:
        title, text = (
            core,
            (
                _roughen(" ".join(part for part in parts if part and part != core), draw)
                if draw.random() < 0.5
                else text
            ),
        )
    return {
        "id": f"composed:{number:05}", "set": "composed", "lang": "de" if german else "en", "title": title, "text": text,
        "label": label, "kinds": kinds.split(",") if kinds else [], "licence": "CC0-1.0", "written": True,
    }  # fmt: skip


def main() -> None:
    """Write the posts to standard output, each different from all others."""
    draw = random.Random(SEED)  # noqa: S311
    seen: set[tuple[str, str]] = set()
    while len(seen) < POSTS:
        post = compose(draw, len(seen))
        key = (str(post["title"]), str(post["text"]))
        if key not in seen:
            seen.add(key)
            sys.stdout.write(json.dumps(post, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
