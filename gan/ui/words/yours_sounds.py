"""Words of the Yours tab about sounds; `KEY_sounds` is said instead of KEY where the model makes sounds."""

SOUNDS: dict[str, tuple[str, str]] = {
    "private_sounds": (
        "Everything is computed in this page: your sound stays on this machine.",
        "一切都在本页中计算：您的声音不会离开这台机器。",
    ),
    "model_is_sounds": (
        "Which forger looks for your sound among all that it can say.",
        "由哪个伪造者在它会说的话里找您的声音。",
    ),
    "record": ("● Record", "● 录音"),
    "record_stop": ("■ Stop", "■ 停止"),
    "record_is": (
        "Say a digit into this machine’s microphone, in English; it ends by itself after 2 seconds.",
        "对着本机麦克风用英语说一个数字；2 秒后自动结束。",
    ),
    "open_is_sounds": (
        "Take a sound from a file; it can be dropped on this page as well.",
        "从文件取声音；也可以拖放到本页。",
    ),
    "sample_sounds": ("A sample", "样例"),
    "sample_is_sounds": (
        "A sound that the forger made itself, as if you had given it.",
        "取一段伪造者自己发出的声音，当作您给的。",
    ),
    "given_sounds": ("What was given", "给出的声音"),
    "made_sounds": ("What the forger makes of it", "伪造者发出的声音"),
    "sample_help_sounds": (
        "A sample of the forger’s own, until you record a digit or open a sound.",
        "伪造者自己的样例，等您录一个数字或打开一段声音。",
    ),
    "sound_help": ("Your sound, trimmed and put into the middle.", "您的声音，已去掉首尾并居中。"),
    "sound_label": ("The spectrogram of what was given", "所给声音的频谱"),
    "damaged_label_sounds": ("The spectrogram of what was given", "所给声音的频谱"),
    "sound_tools": ("What was given", "给出的声音"),
    "hear_given": ("▶ Hear it", "▶ 试听"),
    "hear_given_is": ("Hear what was given, as the forger was given it.", "听给出的声音，与交给伪造者的相同。"),
    "hear_made": ("▶ Hear the forger", "▶ 听伪造者"),
    "hear_made_is": ("Hear what the forger makes of it.", "听伪造者发出的声音。"),
    "wav": ("WAV", "WAV"),
    "wav_is": ("Save what was made as a sound file.", "把发出的声音存成声音文件。"),
    "sound_said_by": (
        "“{what}”, in a voice like {voice}’s: {seconds} s, strongest at {hertz} Hz.",
        "“{what}”，嗓音像 {voice}：{seconds} 秒，{hertz} 赫兹处最强。",
    ),
    "sound_said": ("“{what}”: {seconds} s, strongest at {hertz} Hz.", "“{what}”：{seconds} 秒，{hertz} 赫兹处最强。"),
    "sound_a_sound": ("A sound: {seconds} s, strongest at {hertz} Hz.", "一段声音：{seconds} 秒，{hertz} 赫兹处最强。"),
    "sound_silence": ("Silence.", "无声。"),
    "sound_cut": (
        "It is longer than {longest} s: of these the loudest {seconds} s were taken.",
        "超过 {longest} 秒：取了其中最响的 {seconds} 秒。",
    ),
    "sound_longer": (
        "It is longer than {seconds} s: the loudest {seconds} s were taken.",
        "超过 {seconds} 秒：取了最响的 {seconds} 秒。",
    ),
    "sound_refused": (
        "This browser has no way to a loudspeaker, or does not let the page use it.",
        "此浏览器没有扬声器，或不让本页使用。",
    ),
    "near_nothing_sounds": ("Nothing is given yet", "还没有给出声音"),
    "decibels_sounds": ("{decibels} dB apart", "相差 {decibels} dB"),
    "told_sounds": (
        "{word}: {share} alike, {decibels} decibels apart.",
        "{word}：相似度 {share}，相差 {decibels} 分贝。",
    ),
    "ways_sounds": ("How your sound is looked for", "寻找方式"),
    "alt_made_sounds": ("The spectrogram of what the forger makes of it", "伪造者所发声音的频谱"),
    "explore_is_sounds": (
        "Open this sound in Explore: all sliders work from there.",
        "在“探索”中打开此声音：所有滑块都从它出发。",
    ),
    "key_is_sounds": (
        "Send this sound to Interpolate, as a key frame of a film.",
        "把此声音送到“插值”作影片的关键帧。",
    ),
    "png_is_sounds": ("Save the spectrogram of what was made as a picture file.", "把所发声音的频谱存成图片文件。"),
    # what cannot be
    "trouble_silent": (
        "Nothing is heard in this sound: speak nearer to the microphone, or give another one.",
        "这段声音里什么也听不到：请靠近麦克风说话，或换一段。",
    ),
    "trouble_no_sound": (
        "This is no sound that this browser reads, or it is damaged; WAV, FLAC, OGG and MP3 mostly are.",
        "这不是此浏览器能读的声音，或已损坏；通常可用 WAV 和其他常见格式。",
    ),
    "trouble_large_sound": (
        "This file is larger than {most} MB, the most that this page opens: cut out the word and give it again.",
        "这个文件超过 {most} MB，这里最多打开这么大：请剪出那个词再试。",
    ),
    "trouble_no_microphone": (
        "There is no microphone that this page may use: one must be there, and the page safe (https).",
        "没有本页可用的麦克风：须有麦克风，并且页面安全（https）。",
    ),
    "trouble_microphone_refused": (
        "The microphone was refused; allow it in the browser’s bar of addresses, or open a sound file.",
        "麦克风未获允许；请在浏览器地址栏中允许，或打开声音文件。",
    ),
}
