"""Words of the live tab for what is no picture and no list of words; a part of `live.WORDS`."""

MEDIA: dict[str, tuple[str, str]] = {
    # graphs
    "ready_graphs": (
        "Untrained: the forger joins nodes by chance. Start trains it against the critic, {batch} graphs a step, for "
        "up to {budget} seconds.",
        "尚未训练：伪造者随机地连接节点。按“开始”让它与鉴别者对抗，每步 {batch} 张关系图，最多 {budget} 秒。",
    ),
    "running_graphs": (
        "Training: edges by chance turn into trees, grids and cliques that the critic believes.",
        "训练中：随机的边正变成鉴别者会相信的树、网格和团。",
    ),
    "pairs_graphs": (
        "Communities, trees, grids and cliques are asked for in turn. Beside each fake the nearest real graph, below "
        "how real the critic finds it.",
        "依次要求社群、树、网格和团。每张伪造的关系图旁是最近的真关系图，下方是鉴别者认为它有多真。",
    ),
    "picture_graphs": (
        "{count} fake graphs, the nearest real one beside each, the critic's opinion below.",
        "{count} 张伪造的关系图，旁边是最近的真关系图，下方是鉴别者的看法。",
    ),
    "fig_degree": ("degrees, MMD²", "度数的差异"),
    "fig_degree_help": (
        "How far the numbers of neighbours in 500 fakes are from those in real graphs: the squared maximum mean "
        "discrepancy. Real graphs among themselves: below .001.",
        "500 张伪造关系图的邻居数分布与真关系图相差多远：最大均值差异的平方。真关系图之间低于 .001。",
    ),
    "fig_trees": ("exact trees", "恰好是树"),
    "fig_trees_help": (
        "Fakes in which all hangs together without a circle. Of the real graphs a quarter are trees.",
        "全部相连且没有圈的伪造关系图所占比例。真关系图中四分之一是树。",
    ),
    "fig_cliques": ("exact cliques", "恰好是团"),
    "fig_cliques_help": (
        "Fakes in which everyone is joined to all whom a way leads to. Of the real graphs a quarter are such.",
        "每个节点都与所有能到达的节点直接相连的伪造关系图所占比例。真关系图中四分之一如此。",
    ),
    "fig_distinct": ("different graphs", "互不相同的关系图"),
    "fig_distinct_help": (
        "Different graphs among 500 fakes: few of them mean that the forger repeats itself. "
        "Of real graphs 55 %, as there are nine grids.",
        "500 张伪造关系图中互不相同的比例；越低，说明伪造者越在重复自己。真关系图约为 55 %，因为网格只有九种。",
    ),
    "better_degree": ("lower is better", "越低越好"),
    # scores
    "ready_scores": (
        "Untrained: the forger's four voices sing by chance. Start trains it against the critic, {batch} scores a "
        "step, for up to {budget} seconds.",
        "尚未训练：伪造者的四个声部随机地唱。按“开始”让它与鉴别者对抗，每步 {batch} 份乐谱，最多 {budget} 秒。",
    ),
    "running_scores": (
        "Training: notes by chance turn into chords and melodies that the critic believes.",
        "训练中：随机的音正变成鉴别者会相信的和弦与旋律。",
    ),
    "pairs_scores": (
        "Four bars for four voices; a red mark at the foot is a beat without a chord. Beside each fake the nearest "
        "real score; press one to hear it.",
        "四个声部，四小节；底部的红色标记是没有和弦的一拍。每份伪造的乐谱旁是最近的真乐谱；按一下即可听到。",
    ),
    "hear_nearest_scores": ("▶ Hear the nearest real", "▶ 听最近的真乐谱"),
    "picture_scores": (
        "{count} fake scores as piano rolls, the nearest real one beside each, the critic's opinion below.",
        "{count} 份伪造乐谱的钢琴卷帘，旁边是最近的真乐谱，下方是鉴别者的看法。",
    ),
    "fig_chords": ("beats with a chord", "有和弦的拍"),
    "fig_chords_help": (
        "Beats of 500 fakes on which the four voices sound a triad or a seventh chord, or a part of one. Bach: 90 %. "
        "Voices that have nothing to do with one another: 47 %.",
        "500 份伪造乐谱中，四个声部构成三和弦、七和弦或其一部分的拍所占比例。巴赫：90 %。互不相干的声部：47 %。",
    ),
    "fig_triads": ("beats with a full triad", "三和弦完整的拍"),
    "fig_triads_help": (
        "Beats on which the four voices sound all three notes of a triad and no other. Bach: 72 %.",
        "四个声部恰好奏出一个三和弦全部三个音的拍所占比例。巴赫：72 %。",
    ),
    "fig_notes": ("notes a beat and voice", "每拍每声部的音数"),
    "fig_notes_help": (
        "How many notes a voice begins in a beat, on average. Bach: 1.16. More of them: restless voices.",
        "一个声部平均每拍开始几个音。巴赫：1.16。越多，声部越不安稳。",
    ),
    "fig_stepwise": ("moves by a step", "级进"),
    "fig_stepwise_help": (
        "Moves of the highest voice from one note to the next that are a whole tone at most. Bach: 85 %.",
        "最高声部从一个音到下一个音不超过全音的进行所占比例。巴赫：85 %。",
    ),
    "better_chords": ("higher is better", "越高越好"),
    # clips
    "ready_clips": (
        "These networks draw digits that stand still. Start has them learn to swing them, {batch} clips a step, for up "
        "to {budget} seconds.",
        "这两个网络只会画静止的数字。按“开始”让它们学会让数字摆动，每步 {batch} 段短片，最多 {budget} 秒。",
    ),
    "running_clips": (
        "Training: digits that stood still begin to swing, so that the critic believes them.",
        "训练中：静止的数字开始摆动，好让鉴别者相信。",
    ),
    # whether they swing, a figure of its own says
    "found_clips": ("The forger draws {fair} of {total} digits.", "伪造者已会画 {total} 个数字中的 {fair} 个。"),
    "pairs_clips": (
        "Zero to nine are asked for in turn. Beside each fake the nearest real clip, below how real the critic finds "
        "it.",
        "依次要求零到九。每段伪造的短片旁是最近的真短片，下方是鉴别者认为它有多真。",
    ),
    "clips_still": ("■ Still", "■ 静止"),
    "clips_play": ("▶ Play", "▶ 播放"),
    "picture_clips": (
        "{count} fake loops of digits that swing, the nearest real one beside each, the critic's opinion below.",
        "{count} 段伪造的摆动数字循环，旁边是最近的真短片，下方是鉴别者的看法。",
    ),
    "fig_told": ("frames as asked", "符合要求的帧"),
    "fig_told_help": (
        "Frames of 100 fakes in which a trained classifier sees the digit that was asked for. Real clips: 96 %.",
        "100 段伪造短片的帧中，训练好的分类器认出所要求数字的比例。真短片：96 %。",
    ),
    "fig_one_class": ("one digit throughout", "始终是同一个数字"),
    "fig_one_class_help": (
        "Fakes in which the classifier sees the same digit in all frames. Real clips: 83 %.",
        "分类器在所有帧中都认出同一个数字的伪造短片所占比例。真短片：83 %。",
    ),
    "fig_turning": ("how far it swings", "摆动的幅度"),
    "fig_turning_help": (
        "Degrees from one side to the other, by the turn that fits best. Real clips: 45° on average; 0°: it stands "
        "still.",
        "从一侧到另一侧的角度，取最吻合的转角。真短片平均 45°；0° 表示静止。",
    ),
    "better_told": ("higher is better", "越高越好"),
    # sounds
    "ready_sounds": (
        "Untrained: the forger's sounds are still noise. Start trains it against the critic, {batch} sounds a step, "
        "for up to {budget} seconds.",
        "尚未训练：伪造的声音还只是噪声。按“开始”让它与鉴别者对抗，每步 {batch} 段声音，最多 {budget} 秒。",
    ),
    "running_sounds": (
        "Training: the forger's noise turns into voices that the critic believes.",
        "训练中：伪造者的噪声正变成鉴别者会相信的人声。",
    ),
    "found_sounds": ("The forger says {fair} of {total} digits.", "伪造者已会说 {total} 个数字中的 {fair} 个。"),
    "pairs_sounds": (
        "Zero to nine are asked for in turn. Beside each fake's spectrogram the nearest real one; press one to hear "
        "it.",
        "依次要求说零到九。每段伪造声音的频谱旁是最近的真实声音；按一下即可听到。",
    ),
    "hear_fakes": ("▶ Hear the fakes", "▶ 听伪造的"),
    "hear_nearest": ("▶ Hear the nearest real", "▶ 听最近的真实声音"),
    "picture_sounds": (
        "{count} fake sounds as spectrograms, the nearest real one beside each, the critic's opinion below.",
        "{count} 段伪造声音的频谱，旁边是最近的真实声音，下方是鉴别者的看法。",
    ),
    "fig_heard": ("Fréchet distance", "Fréchet 距离"),
    "fig_heard_help": (
        "How far 500 fakes are from real sounds in the features that a trained classifier hears: the distance of two "
        "Gaussians. 0: the same.",
        "在训练好的分类器提取的特征上，500 段伪造声音与真实声音相差多远：两个高斯分布的距离。0 表示相同。",
    ),
    "fig_said": ("digits said", "说出的数字"),
    "fig_said_help": (
        "Digits that a trained classifier hears at least a fifth as often as it should.",
        "训练好的分类器听到的次数达到应有份额五分之一以上的数字个数。",
    ),
    "fig_sure": ("clearly said", "说得清楚"),
    "fig_sure_help": (
        "Fakes in which the classifier is at least 80 % sure of one digit.",
        "分类器对某个数字至少有 80 % 把握的伪造声音所占比例。",
    ),
    "fig_voices": ("the rarest voice", "出现最少的嗓音"),
    "fig_voices_help": (
        "How often the rarest of the six voices is heard, as a share of a sixth. 100 %: all equally often.",
        "六个嗓音中出现最少的一个的次数，与六分之一之比。100 % 表示一样多。",
    ),
    "better_heard": ("lower is better", "越低越好"),
}
