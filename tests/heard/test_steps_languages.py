"""Steps that the customer tried and a draft suggests again, in German, French, Spanish and Dutch."""

from __future__ import annotations

import pytest
from heard_scene import advice, found

AGAIN = [
    ("J'ai essayé de redémarrer la box.", "Essayez de redémarrer la box."),
    ("He intentado reiniciarlo.", "Intente reiniciar el router."),
    ("Ik heb geprobeerd de modem opnieuw op te starten.", "Probeer de modem opnieuw op te starten."),
    (
        "Ich hab schon versucht das Gerät zurückzusetzen",
        "Guten Tag Frau Roth,\n\nvielen Dank für Ihre Nachricht. Setzen Sie das Gerät bitte auf die Werkseinstellungen zurück.\n\nViele Grüße\nBo",
    ),
    ("Ich habe den Router schon zweimal neu gestartet.", "Bitte starten Sie den Router neu."),
    ("Hab ich schon neu gestartet, bringt nichts", "Können Sie den Router einmal neu starten?"),
    ("Wir haben die Box gestern neugestartet.", "Haben Sie die Box schon neu gestartet?"),
    (
        "Router neu gestartet, Kabel gezogen - nichts. Ich habe auch den Cache geleert.",
        "Löschen Sie bitte den Cache Ihres Browsers.",
    ),
    (
        "Ich habe die App gelöscht und neu installiert.",
        "Bitte deinstallieren Sie die App und installieren Sie sie neu.",
    ),
    ("Ich habe mich ab- und wieder angemeldet.", "Melden Sie sich bitte ab und wieder an."),
    (
        "Das Gerät habe ich auf Werkseinstellungen zurückgesetzt.",
        "Wir empfehlen Ihnen, das Gerät zurückzusetzen.",
    ),
    ("Ich habe den Stecker für 5 Minuten gezogen.", "Ziehen Sie bitte für 30 Sekunden den Netzstecker."),
    ("Ich habe mein Passwort schon zweimal geändert.", "Bitte ändern Sie Ihr Passwort."),
    ("J'ai déjà redémarré la box deux fois.", "Pourriez-vous redémarrer votre box ?"),
    ("Nous avons éteint et rallumé le routeur.", "Veuillez redémarrer le routeur."),
    ("J'ai désinstallé puis réinstallé l'application.", "Avez-vous essayé de réinstaller l'application ?"),
    ("J\u2019ai vidé le cache et les cookies.", "Merci de vider le cache de votre navigateur."),
    ("Je me suis déconnecté puis reconnecté.", "Déconnectez-vous puis reconnectez-vous."),
    ("Même après avoir redémarré la box, rien.", "Redémarrez votre box."),
    ("Déjà redémarré, ça ne change rien", "Je vous invite à redémarrer la box."),
    ("J'ai changé mon mot de passe hier.", "Pouvez-vous changer votre mot de passe ?"),
    ("Ya he reiniciado el router tres veces.", "Por favor, reinicie el router."),
    ("Reinicié el módem y nada.", "¿Ha reiniciado el módem?"),
    ("He borrado la caché y las cookies.", "Le recomendamos borrar la caché del navegador."),
    ("Desinstalé la app y la volví a instalar.", "Desinstale la aplicación y vuelva a instalarla."),
    ("He cerrado sesión y vuelto a entrar.", "¿Podría cerrar sesión y volver a entrar?"),
    ("He desenchufado el aparato.", "Desenchufe el aparato durante un minuto."),
    ("Ik heb de modem al twee keer opnieuw opgestart.", "Kunt u de modem opnieuw opstarten?"),
    ("Heb ik al herstart.", "Start de modem opnieuw op."),
    ("Ik heb de cache en cookies gewist.", "Wilt u de cache van uw browser wissen?"),
    ("Ik heb de app verwijderd en opnieuw geïnstalleerd.", "Wij raden u aan de app opnieuw te installeren."),
    ("Ik heb de stekker eruit gehaald.", "Haal de stekker uit het stopcontact."),
    ("Ik heb mijn wachtwoord al gewijzigd.", "Kunt u uw wachtwoord wijzigen?"),
    ("Ik heb uit- en weer ingelogd.", "Probeer uit te loggen en weer in te loggen."),
    ("I already restarted the router twice.", "Bitte starten Sie den Router neu."),
    ("Ich habe den Router schon neu gestartet.", "Please restart the router."),
    ("Ich habe versucht, den Router neu zu starten.", "Würden Sie den Router bitte neu starten?"),
    ("Ich hab ihn aus- und wieder eingeschaltet", "Könnten Sie ihn aus- und wieder einschalten?"),
]
NOT_AGAIN = [
    ("Ich habe den Router neu gestartet.", "Gestern haben Sie den Router neu gestartet, hat das geholfen?"),
    ("Ich habe den Router neu gestartet.", "Wann haben Sie den Router neu gestartet?"),
    (
        "Ich habe den Router neu gestartet.",
        "Bitte entschuldigen Sie, dass Sie den Router so oft neu starten mussten.",
    ),
    ("Ich habe vor, den Router neu zu starten.", "Bitte starten Sie den Router neu."),
    ("Ich habe den PC neu gestartet, den Router noch nicht.", "Bitte starten Sie den Router neu."),
    ("Ich habe die App neu gestartet.", "Bitte starten Sie Ihr Handy neu."),
    ("I restarted the app.", "Please restart your phone."),
    ("J'ai oublié de redémarrer la box.", "Redémarrez votre box."),
    ("J'ai peur de redémarrer la box.", "Redémarrez votre box."),
    ("J'ai redémarré la box.", "Quand avez-vous redémarré la box ?"),
    ("He olvidado reiniciar el router.", "Reinicie el router."),
    ("He reiniciado el router.", "No hay que reiniciar el router."),
    ("He reiniciado el router.", "¿Cuándo ha reiniciado el router?"),
    ("Ik heb geen zin om de modem opnieuw op te starten.", "Start de modem opnieuw op."),
    ("Ik heb de modem opnieuw opgestart.", "Wanneer heeft u de modem opnieuw opgestart?"),
    ("Ich habe das Abo gekündigt und die App gelöscht.", "Bitte installieren Sie die App neu."),
    ("Ich habe den Router nicht neu gestartet.", "Bitte starten Sie den Router neu."),
    ("Ich habe noch nie den Router neu gestartet.", "Bitte starten Sie den Router neu."),
    ("Soll ich den Router neu starten?", "Bitte starten Sie den Router neu."),
    ("Der Router hat sich gestern von selbst neu gestartet.", "Bitte starten Sie den Router neu."),
    ("Ich habe bemerkt, dass der Router sich neu gestartet hat.", "Bitte starten Sie den Router neu."),
    ("Ich habe den Drucker neu gestartet.", "Bitte starten Sie den Router neu."),
    ("Ich habe den Router neu gestartet.", "Wir haben den Router aus der Ferne neu gestartet."),
    ("Ich habe den Router neu gestartet.", "Danke, dass Sie den Router schon neu gestartet haben."),
    ("Ich habe den Router neu gestartet.", "Bitte starten Sie den Router nicht neu."),
    ("Ich habe den Router neu gestartet.", "Wir werden den Router neu starten, bitte haben Sie Geduld."),
    ("Ich habe den Router neu gestartet.", "Nachdem Sie den Router neu gestartet haben: leuchtet die Lampe?"),
    ("Ich habe den Router neu gestartet.", "Falls das wieder vorkommt, starten Sie den Router neu."),
    ("Ich habe den Router neu gestartet.", "Leuchtet nach dem Neustart eine Lampe?"),
    ("Ihr Kollege meinte, ich soll den Router neu starten.", "Bitte starten Sie den Router neu."),
    ("Ich habe mein Passwort zurückgesetzt.", "Bitte setzen Sie das Gerät zurück."),
    ("Ich habe meine Adresse aktualisiert.", "Bitte aktualisieren Sie die App."),
    ("Ich habe die App aktualisiert.", "Bitte aktualisieren Sie Ihre Zahlungsdaten."),
    ("Je n'ai pas redémarré la box.", "Redémarrez votre box."),
    ("La box a redémarré toute seule.", "Redémarrez votre box."),
    ("Votre technicien a redémarré la box.", "Redémarrez votre box."),
    ("J'ai redémarré la box.", "Nous allons redémarrer la box à distance."),
    ("J'ai redémarré la box.", "Comme vous avez déjà redémarré la box, je vous envoie un technicien."),
    ("J'ai redémarré la box.", "Ne redémarrez pas votre box."),
    ("J'ai redémarré la box.", "Si cela se reproduit, redémarrez votre box."),
    ("J'ai redémarré l'ordinateur.", "Redémarrez votre imprimante."),
    ("Dois-je redémarrer la box ?", "Redémarrez votre box."),
    ("J'ai changé d'adresse et de mot de passe wifi", "Veuillez réinitialiser la box."),
    ("No he reiniciado el router.", "Reinicie el router."),
    ("Todavía no lo he reiniciado.", "Reinicie el router."),
    ("El router se reinicia solo.", "Reinicie el router."),
    ("He visto que el técnico ha reiniciado el router.", "Reinicie el router."),
    ("He reiniciado el router.", "Vamos a reiniciar el router desde aquí."),
    ("He reiniciado el router.", "Gracias por haber reiniciado ya el router."),
    ("He reiniciado el router.", "No reinicie el router."),
    ("He reiniciado el router.", "Si el problema vuelve, reinicie el router."),
    ("¿Tengo que reiniciar el router?", "Reinicie el router."),
    ("Ik heb de modem niet opnieuw opgestart.", "Start de modem opnieuw op."),
    ("De modem is vanzelf opnieuw opgestart.", "Start de modem opnieuw op."),
    ("Moet ik de modem opnieuw opstarten?", "Start de modem opnieuw op."),
    ("Ik heb de modem opnieuw opgestart.", "Wij hebben de modem opnieuw opgestart."),
    ("Ik heb de modem opnieuw opgestart.", "Als het probleem terugkomt, start de modem dan opnieuw op."),
    ("Ik heb de modem opnieuw opgestart.", "Fijn dat u de modem al opnieuw heeft opgestart."),
    ("Ik heb de modem opnieuw opgestart.", "De modem start automatisch opnieuw op."),
    ("Ik heb de printer opnieuw opgestart.", "Start de modem opnieuw op."),
    ("Ik heb de modem opnieuw opgestart.", "Als u de modem opnieuw opstart, wat ziet u dan?"),
]


@pytest.mark.parametrize(("customer", "draft"), AGAIN)
def test_a_step_that_was_tried_is_not_suggested_again_in_any_of_the_languages(
    customer: str, draft: str
) -> None:
    assert len(found(draft, "reask", customer)) == 1


@pytest.mark.parametrize(("customer", "draft"), NOT_AGAIN)
def test_what_was_not_tried_or_is_not_suggested_is_not_told(customer: str, draft: str) -> None:
    """Not done, done by another or by itself, on another thing, asked about, or kept for the next time."""
    assert found(draft, "reask", customer) == []


@pytest.mark.parametrize(
    ("customer", "draft", "words"),
    [
        (
            "Ich habe den Router schon neu gestartet.",
            "Bitte starten Sie den Router neu.",
            "haben Sie das schon versucht: \u201cIch habe den Router schon neu gestartet\u201d.",
        ),
        (
            "J'ai red\u00e9marr\u00e9 la box.",
            "Red\u00e9marrez votre box.",
            "que vous l'avez d\u00e9j\u00e0 essay\u00e9 : \u201cJ'ai red\u00e9marr\u00e9 la box\u201d.",
        ),
        (
            "He reiniciado el router.",
            "Por favor, reinicie el router.",
            "que ya lo ha intentado: \u201cHe reiniciado el router\u201d.",
        ),
        (
            "Ik heb de modem opnieuw opgestart.",
            "Kunt u de modem opnieuw opstarten?",
            "dat u dit al hebt geprobeerd: \u201cIk heb de modem opnieuw opgestart\u201d.",
        ),
    ],
)
def test_what_was_tried_is_said_back_in_the_language_of_the_draft(
    customer: str, draft: str, words: str
) -> None:
    (hint,) = (one for one in advice(draft, customer).hints if one.name == "reask")
    assert hint.wording.endswith(words)


@pytest.mark.parametrize(
    ("thanks", "draft"),
    [
        ("Merci beaucoup !", "Avec plaisir !"),
        ("Parfait, merci", "Avec plaisir !"),
        ("Muchas gracias", "Un placer."),
        ("Herzlichen Dank!", "Jederzeit!"),
        ("Top bedankt", "Geen dank!"),
    ],
)
def test_two_words_of_thanks_in_another_language_get_no_hint(thanks: str, draft: str) -> None:
    assert advice(draft, thanks).hints == ()


def test_thanks_behind_a_complaint_settle_nothing() -> None:
    assert advice("We look at your lamp.", "My lamp is broken. Merci").step("apologize").state == "not_seen"
