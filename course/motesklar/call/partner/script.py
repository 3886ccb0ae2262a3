"""Everything the partner can say: the caption, the spoken clip and the translation come from here.

One sentence, one clip (`clips/<language>/<name>.opus`), made anew by `make voices` when its words
or their translation have changed. The words are for somebody who has never been in a call: one
thing at a time, what to press, and that nothing can break.
"""

import enum

from motesklar.i18n import N_


class Line(enum.Enum):
    """A sentence of the partner; the name says when."""

    # hello, and what belongs to no task
    GREETING = N_(
        "Hello, and welcome! I am a computer voice, and here you can practise in peace and quiet."
        " Only I hear and see you, and nothing is recorded."
    )
    GREETING_QUICK = N_("Hello! I am a computer voice that you can practise with.")
    WELCOME_BACK = N_("Welcome back! The connection was gone for a moment. We go on where we were.")
    THANKS = N_("Good, that worked.")
    THANKS_HEARD = N_("Thank you, I have heard it. That is just as good, so we go on.")
    THANKS_READ = N_("Thank you, I have read it. That is just as good, so we go on.")
    THANKS_SEEN = N_("Thank you, I have seen it. That is just as good, so we go on.")
    CONFIRMED = N_("Your course leader has confirmed that you have done this. So we go on.")
    HEARD_HERE = N_(
        "Your microphone works. The sound doesn't reach me on this network,"
        " but we can practise anyway."
    )
    READING = N_("I can read what you write.")
    PATIENT = N_("I am still here. Take the time you need.")
    SKIPPED = N_("All right, we skip this. We can try it again later.")
    LEFT_OUT = N_("All right, then we leave it. You decide.")
    RETURN = N_("There is something that we skipped before. Let us try it once more.")
    AGAIN = N_("Then we start again from the beginning.")
    FINISHED = N_(
        "That was everything. Well done! If you like, we can practise what to do when something"
        " goes wrong. You can also leave the call now."
    )
    STILL = N_("I can hear you. You can leave the call whenever you like.")
    READ_MORE = N_("I can read that too. You can leave the call whenever you like.")

    # what to check, in more than one task
    MICROPHONE_OFF = N_(
        "Your microphone is off. Press the button with the microphone, and then say something."
    )
    MICROPHONE_SILENT = N_(
        "Your microphone is on, but I can't hear anything. Speak a little louder,"
        " or move closer to it."
    )
    STILL_SILENT = N_(
        "It is still quiet here. Check that your headset is plugged in. You can also write to me."
    )

    SPEAK_ASK = N_(
        "Tell me something. What did you have for breakfast? You can say it, write it, or sign it"
        " in front of the camera. Every way is just as good."
    )
    SPEAK_ASK_MUTED = N_(
        "Your microphone is off now. Press the button with the microphone, and then tell me what"
        " you had for breakfast. You can also write it, or sign it in front of the camera."
    )
    SPEAK_QUICK = N_("Say, write or sign something to me.")
    SPEAK_HEARD = N_("Thank you, I can hear you!")
    SPEAK_READ = N_("Thank you, I can read what you write. Writing works just as well as speaking.")
    SPEAK_SEEN = N_(
        "Thank you, I can see you. I am a computer and don't understand signs, but in a meeting"
        " the others see them just as clearly."
    )

    MUTE_ASK = N_("Now turn your microphone off. Press the button with the microphone once.")
    MUTE_ASK_MUTED = N_(
        "Your microphone is already off. Turn it on with the button, and then off again."
    )
    MUTE_QUICK = N_("Turn your microphone off.")
    MUTE_HINT = N_(
        "Look for a microphone among the buttons of the call. Press it once. Nothing can break."
    )
    MUTE_OTHERWISE = N_(
        "If you don't use a microphone, turn your camera off instead, or write to me how it goes."
        " You can also skip this."
    )
    MUTE_HEARD = N_("I can still hear you. Press the button with the microphone once.")
    MUTE_DONE = N_(
        "Good. Now it is quiet, and nobody hears you. It is kind to be muted while others speak."
    )

    UNMUTE_ASK = N_("Turn your microphone on again, and say that you are back.")
    UNMUTE_OTHERWISE = N_(
        "If you don't use a microphone, turn your camera on again instead, or write to me."
        " You can also skip this."
    )
    UNMUTE_DONE = N_(
        "I can hear you again. In a meeting the microphone is on when we speak,"
        " and off when we listen."
    )

    CAMERA_ASK = N_(
        "Would you like to be seen? Then press the button with the camera."
        " If you would rather not, write that to me, or skip this. You decide."
    )
    CAMERA_QUICK = N_("Turn your camera on, or write to me that you leave it off.")
    CAMERA_HINT = N_(
        "I don't see any picture yet. Press the button with the camera."
        " If the browser asks whether it may use the camera, answer that it may."
    )
    CAMERA_OTHERWISE = N_(
        "There is still no picture. Another program may be using the camera. It works without a"
        " picture too: write to me, or skip this."
    )
    CAMERA_BLACK = N_(
        "Your picture is black. Is there a cover over the camera? Slide it away, or turn on a lamp."
    )
    CAMERA_FROZEN = N_(
        "Your picture stands still. Move a little. If that doesn't help, turn the camera off and"
        " on again."
    )
    CAMERA_DONE = N_("Thank you, I can see you. Your camera works.")

    CHAT_ASK = N_("Now write to me. Find the box to write in, type a word, and send it.")
    CHAT_QUICK = N_("Write a line to me.")
    CHAT_HINT = N_(
        "If you don't see any box to write in, press the button with the speech bubble."
        " A single hello is enough."
    )
    CHAT_OTHERWISE = N_(
        "If it is hard to write, say it or sign it to me instead. You can also skip this."
    )
    CHAT_HEARD = N_("I can hear you. Now try to write it to me.")
    CHAT_DONE = N_(
        "I can read it. The chat is good for a question or a link while somebody else speaks."
    )

    HAND_ASK = N_(
        "Raise your hand with the button that shows a hand."
        " Then the others see that you want to say something."
    )
    HAND_QUICK = N_("Raise your hand with the button.")
    HAND_HINT = N_("Look for a hand among the buttons of the call, and press it once.")
    HAND_OTHERWISE = N_(
        "You can ask for the word in another way too: say it, write it or sign it."
        " You can also skip this."
    )
    HAND_DONE = N_(
        "I can see that you raise your hand. When it is your turn, lower it with the same button."
    )

    SCREEN_ASK = N_(
        "Now show me your screen. Press the button with the screen, choose a window, and confirm."
        " On a phone it often can't be done. Then skip this."
    )
    SCREEN_QUICK = N_("Show me a window on your screen.")
    SCREEN_HINT = N_(
        "Press the button with the screen. The browser asks what you want to show."
        " Choose a window with nothing private in it, and confirm."
    )
    SCREEN_OTHERWISE = N_(
        "If your device can't show its screen, tell me what you would have shown:"
        " say it, write it or sign it. You can also skip this."
    )
    SCREEN_DONE = N_(
        "I can see your screen. When you have finished, stop showing it with the same button."
    )

    # on purpose
    BREAK_MUTED = N_(
        "Now something goes wrong on purpose: soon I can't hear you. Find the button with the"
        " microphone, turn it on, and say something."
    )
    BREAK_DEVICE = N_(
        "Now something goes wrong on purpose: soon the call listens to the wrong microphone."
        " Choose the right one again, and say something."
    )
    BREAK_NETWORK = N_(
        "Now I break the connection on purpose. Wait a moment. If it doesn't come back by itself,"
        " press the button that connects again."
    )
    DEVICE_HINT = N_(
        "I can't hear anything. Open the list of microphones, and choose the one that you speak"
        " into."
    )
    BREAK_OTHERWISE = N_(
        "Nothing is really broken. If you skip this, everything works again at once."
    )
    REPAIRED = N_(
        "You found it! I can hear you again. Now you know what to do when it happens for real."
    )
    REPAIRED_NETWORK = N_(
        "Welcome back! The connection broke, and here you are again."
        " It is no worse when it happens for real."
    )
    BREAK_OVER = N_("All right. Now everything works as usual again.")

    @property
    def clip(self) -> str:
        """The file name of its clips, without the ending; also its name on the wire."""
        return self.name.lower().replace("_", "-")
