"""What is said of scores beside their rolls: key -> (English, Chinese)."""

WORDS: dict[str, tuple[str, str]] = {
    "media_scores_one": ("score", "乐谱"),
    "media_scores_many": ("scores", "乐谱"),
    "media_scores_unit": ("a", "份"),
    "media_scores_mid": ("MIDI", "MIDI"),
    "media_scores_wav": ("Sound (WAV)", "声音（WAV）"),
    "media_scores_play": ("▶ Play", "▶ 播放"),
    "media_scores_play_one": ("▶ This score", "▶ 这份乐谱"),
    "media_scores_play_way": ("▶ The whole way", "▶ 全程"),
    "media_scores_stop": ("■ Stop", "■ 停止"),
    "media_scores_transport": ("Playing", "播放"),
    "media_scores_tempo": ("Tempo", "速度"),
    "media_scores_beats": ("{beats} a minute", "每分钟 {beats} 拍"),
    "media_scores_loop": ("Loop", "循环播放"),
    "media_scores_silent": ("This browser makes no sound.", "此浏览器无法发声。"),
    "media_scores_notes": ("Its notes", "音符"),
    "media_scores_said": (
        "{notes} notes in {voices} voices, {low} to {high}; a chord on {chords} of {beats} beats, the others are "
        "marked.",
        "{voices} 个声部共 {notes} 个音，{low} 至 {high}；{beats} 拍中有 {chords} 拍是和弦，其余已标出。",
    ),
    "media_scores_said_all": (
        "{notes} notes in {voices} voices, {low} to {high}; a chord on each of {beats} beats.",
        "{voices} 个声部共 {notes} 个音，{low} 至 {high}；{beats} 拍都是和弦。",
    ),
    "media_scores_line_1": (
        "{notes} notes in {voices} voices, {low} to {high}, a chord on {chords} of {beats} beats",
        "{voices} 个声部共 {notes} 个音，{low} 至 {high}，{beats} 拍中有 {chords} 拍是和弦",
    ),
    "media_scores_soprano": ("Soprano", "女高音"),
    "media_scores_alto": ("Alto", "女低音"),
    "media_scores_tenor": ("Tenor", "男高音"),
    "media_scores_bass": ("Bass", "男低音"),
    "media_scores_far": ("{percent} off", "差 {percent}"),
}
