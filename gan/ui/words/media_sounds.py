"""What is said of sounds beside their pictures: key -> (English, Chinese)."""

WORDS: dict[str, tuple[str, str]] = {
    "media_sounds_one": ("sound", "声音"),
    "media_sounds_many": ("sounds", "声音"),
    "media_sounds_unit": ("a", "段"),
    "media_sounds_wav": ("WAV", "声音文件"),
    "media_sounds_play": ("▶ Play", "▶ 播放"),
    "media_sounds_play_one": ("▶ This sound", "▶ 这段声音"),
    "media_sounds_play_way": ("▶ The whole way", "▶ 全程"),
    "media_sounds_making": ("Making the sound of the whole way: {share}", "正在生成全程的声音：{share}"),
    "media_sounds_stop": ("■ Stop", "■ 停止"),
    "media_sounds_along": ("play while I drag", "拖动时播放"),
    "media_sounds_axes": ("seconds, Hz upwards", "横轴为秒，纵轴为赫兹"),
    "media_sounds_said_by": (
        "A voice like that of {voice} says {what}: {seconds} s, strongest at {hertz} Hz.",
        "一个像 {voice} 的声音在说{what}：{seconds} 秒，{hertz} 赫兹处最强。",
    ),
    "media_sounds_said": (
        "It sounds like {what}: {seconds} s, strongest at {hertz} Hz.",
        "听起来像{what}：{seconds} 秒，{hertz} 赫兹处最强。",
    ),
    "media_sounds_a_sound": (
        "A sound of {seconds} s, strongest at {hertz} Hz.",
        "{seconds} 秒的声音，{hertz} 赫兹处最强。",
    ),
    "media_sounds_silence": ("Silence.", "静音。"),
    "media_sounds_line_1": ("silence", "静音"),
    "media_sounds_line_2": (
        "{what}, as {voice} says it, {seconds} s, strongest at {hertz} Hz",
        "{what}，像 {voice} 说的，{seconds} 秒，{hertz} 赫兹处最强",
    ),
    "media_sounds_line_3": (
        "a sound, {seconds} s, strongest at {hertz} Hz",
        "一段声音，{seconds} 秒，{hertz} 赫兹处最强",
    ),
    "media_sounds_line_4": (
        "{what}, {seconds} s, strongest at {hertz} Hz",
        "{what}，{seconds} 秒，{hertz} 赫兹处最强",
    ),
    "media_sounds_near": (
        "▶ Hear the nearest real sound ({distance} dB away)",
        "▶ 听最接近的真实声音（相差 {distance} 分贝）",
    ),
    "media_sounds_near_by": (
        "▶ Hear the nearest real sound: {voice} ({distance} dB away)",
        "▶ 听最接近的真实声音：{voice}（相差 {distance} 分贝）",
    ),
    "media_sounds_far": ("{distance} dB", "{distance} 分贝"),
    "media_sounds_refused": (
        "This browser lets no sound be heard here.",
        "此浏览器不允许在这里播放声音。",
    ),
}
