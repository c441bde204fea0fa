"""Words of the live tab: key -> (English, Chinese). All but the tab's own are filled in by the browser."""

from gan.ui.words.live_controls import CONTROLS
from gan.ui.words.live_figures import FIGURES
from gan.ui.words.live_losses import LOSSES
from gan.ui.words.live_media import MEDIA

WORDS: dict[str, tuple[str, str]] = {
    "tab": ("Live", "实时训练"),
    # transport
    "transport": ("Train, step, reset", "训练、单步、重来"),
    "start": ("▶ Start", "▶ 开始"),
    "pause": ("❚❚ Pause", "❚❚ 暂停"),
    "steps_group": ("Single steps", "单步"),
    "step": ("1 step", "走一步"),
    "step_d": ("critic only", "只鉴别者"),
    "step_g": ("forger only", "只伪造者"),
    "slow": ("Slow motion", "慢动作"),
    "next_stage": ("Next stage", "下一阶段"),
    "back": ("Back", "上一阶段"),
    "auto": ("By itself", "自动"),
    "unslow": ("Leave", "退出"),
    "reset": ("Reset", "重来"),
    "step_help": ("One iteration: the critic learns, then the forger.", "一轮：鉴别者先学，伪造者后学。"),
    "step_d_help": ("The critic alone learns once; the forger holds still.", "只有鉴别者学一次，伪造者不动。"),
    "step_g_help": ("The forger alone learns once; the critic holds still.", "只有伪造者学一次，鉴别者不动。"),
    "slow_help": ("One iteration in ten stages, each with what it does.", "把一轮分成十个阶段，逐一说明。"),
    "next_stage_help": ("On to the next of the ten stages.", "进入十个阶段中的下一个。"),
    "back_help": (
        "Look at the stage before once more; the run stands where it is.",
        "再看上一个阶段；训练停在原处。",
    ),
    "auto_help": ("The stages follow one another by themselves.", "各阶段自动接续。"),
    "unslow_help": ("Finish this iteration and leave slow motion.", "完成这一轮并退出慢动作。"),
    "reset_help": ("Begin again with the same settings and seed.", "用同样的设置和种子重新开始。"),
    "nimg": ("real samples shown", "已看真实样本"),
    "rate": ("steps a second", "步／秒"),
    "left": ("seconds left", "剩余秒数"),
    # what the run does
    "ready": (
        "Untrained: the forger's ▲ are still noise. Start trains it against the critic, {batch} samples a step, "
        "for up to {budget} seconds.",
        "尚未训练：伪造者的 ▲ 还只是噪声。按“开始”让它与鉴别者对抗，每步 {batch} 个样本，最多 {budget} 秒。",
    ),
    "ready_pictures": (
        "Untrained: the forger's pictures are still noise. Start trains it against the critic, {batch} pictures a "
        "step, for up to {budget} seconds.",
        "尚未训练：伪造的图片还只是噪声。按“开始”让它与鉴别者对抗，每步 {batch} 张图片，最多 {budget} 秒。",
    ),
    "ready_words": (
        "Untrained: the forger's words are still letters by chance. Start trains it against the critic, {batch} words "
        "a step, for up to {budget} seconds.",
        "尚未训练：伪造的词还只是随机的字母。按“开始”让它与鉴别者对抗，每步 {batch} 个词，最多 {budget} 秒。",
    ),
    "running": (
        "Training: the forger moves its ▲ to where the critic believes them more.",
        "训练中：伪造者正把 ▲ 移向鉴别者更相信的地方。",
    ),
    "running_pictures": (
        "Training: the forger's noise turns into what the critic believes.",
        "训练中：伪造者的噪声正变成鉴别者会相信的图片。",
    ),
    "running_words": (
        "Training: the forger's letters turn into words that the critic believes.",
        "训练中：伪造者的字母正变成鉴别者会相信的词。",
    ),
    "running_refused": (
        "Training: the critic sees through nearly every fake; the forger moves them to where it is less sure.",
        "训练中：鉴别者几乎看穿每个伪造样本；伪造者正把它们移向它不太确定的地方。",
    ),
    "running_strong-critic": (
        "Training, but the critic sees through every fake and no longer shows the way.",
        "训练中，但鉴别者看穿了每个伪造样本，不再指路。",
    ),
    "running_collapsed": (
        "Training, but the fakes crowd where only some of the real samples are.",
        "训练中，但伪造样本只挤在部分真实样本所在之处。",
    ),
    "running_oscillating": (
        "Training, but the fakes run from place to place and come to rest nowhere.",
        "训练中，但伪造样本到处跑，停不下来。",
    ),
    "running_diverged": (
        "Training, but the fakes have run away from the data.",
        "训练中，但伪造样本已远离数据。",
    ),
    "running_one-point": (
        "Training: all real samples are one point, and the fakes shall be there too.",
        "训练中：所有真实样本都在一点，伪造样本也应在那里。",
    ),
    "progress": ("{steps} steps.", "{steps} 步。"),
    "paused": (
        "Paused after {steps} steps. {found} Start goes on.",
        "已暂停，共 {steps} 步。{found}“开始”继续。",
    ),
    "queued": (
        "You are number {place} in the queue; training begins by itself.",
        "您排在第 {place} 位；轮到时自动开始训练。",
    ),
    "asleep": (
        "Waiting: this page was out of sight. The run goes on by itself.",
        "等待中：页面刚才不可见，训练会自动继续。",
    ),
    "over": (
        "Done: the run's budget is used up after {steps} steps. {found} Start begins a new one.",
        "结束：预算已用完，共 {steps} 步。{found}“开始”会重新训练。",
    ),
    "diverged": (
        "⚠ Diverged after {steps} steps: a weight is no longer a finite number. Start begins anew.",
        "⚠ 第 {steps} 步后发散：某个权重已不是有限数。“开始”会重新训练。",
    ),
    "failed": (
        "⚠ The run stopped by a fault of this program. Start begins anew.",
        "⚠ 程序出错，训练已停止。“开始”会重新训练。",
    ),
    "working": ("One moment: the run is being taken there.", "请稍候：正在回到那一刻。"),
    "slow_now": ("Slow motion, stage {n} of 10: {who}.", "慢动作，第 {n} 阶段（共 10）：{who}。"),
    "critic_learns": ("the critic learns", "鉴别者在学习"),
    "forger_learns": ("the forger learns", "伪造者在学习"),
    "past": (
        "You are looking at step {steps}; the run stands at step {now}.",
        "您在看第 {steps} 步；训练现在是第 {now} 步。",
    ),
    "failed_here": (
        "⚠ This page could not draw the run, for a reason that it did not expect; reload it to try again.",
        "⚠ 页面没能画出这次训练，原因不明；请重新加载页面再试。",
    ),
    "lost": ("⚠ No answer from the server; trying again.", "⚠ 服务器没有回应，正在重试。"),
    "found": ("The forger covers {fair} of {total} modes.", "伪造者已覆盖 {total} 个模式中的 {fair} 个。"),
    "found_pictures": ("The forger draws {fair} of {total} classes.", "伪造者已会画 {total} 类中的 {fair} 类。"),
    "watcher": ("You are watching; only its owner can steer.", "您正在观看；只有主人可以操作。"),
    "watched": ("{n} watching", "{n} 人在看"),
    "watch_lead": ("While you wait, you can watch:", "等待时可以观看："),
    "watch_one": ("run {n}", "第 {n} 个训练"),
    # the picture
    "real": ("real", "真实"),
    "fake": ("fake", "伪造"),
    "critic": ("critic", "鉴别者"),
    "forger": ("forger", "伪造者"),
    "nearest": ("nearest real", "最近的真实样本"),
    "field": ("critic's opinion, line: undecided", "鉴别者的看法，线：难辨真假"),
    "field_here": ("critic here: {share} % real", "鉴别者看此处：{share} % 真实"),
    "fake_here": ("critic on this fake: {share} % real", "鉴别者看这个伪造点：{share} % 真实"),
    "pairs_words": (
        "Each line: a fake word, the nearest real one, and the critic's opinion of the fake.",
        "每行：一个伪造的词、最近的真词，以及鉴别者对伪造词的看法。",
    ),
    "pairs": (
        "Each fake beside the real picture nearest to it, and how real the critic finds it.",
        "每张伪造图旁是与它最近的真实图，下方是鉴别者认为它有多真。",
    ),
    "layers": ("What the plane shows", "平面上显示什么"),
    "layer_real": ("real", "真实"),
    "layer_fake": ("fake", "伪造"),
    "layer_opinion": ("fakes by opinion", "按看法着色"),
    "layer_field": ("opinion", "看法"),
    "layer_manifold": ("grid", "网格"),
    "layer_gradient": ("gradients", "梯度"),
    "layer_real_help": ("Where the real samples lie.", "真实样本在哪里。"),
    "layer_fake_help": ("Where the forger's samples lie.", "伪造样本在哪里。"),
    "layer_opinion_help": (
        "Each fake in the colour of what the critic thinks of it.",
        "每个伪造点的颜色表示鉴别者对它的看法。",
    ),
    "layer_field_help": (
        "How real the critic finds each place of the plane.",
        "鉴别者认为平面上每一处有多真。",
    ),
    "layer_manifold_help": (
        "What the forger makes of a regular grid of noise: where it is dense, fakes are many.",
        "伪造者把规则的噪声网格变成什么：密处伪造点多。",
    ),
    "layer_gradient_help": (
        "Which way the critic would have each fake move to look more real.",
        "鉴别者认为每个伪造点该往哪移动才更真。",
    ),
    "picture_points": (
        "The plane: {count} real points, 512 fakes, the critic's opinion as colour.",
        "平面：{count} 个真实点，512 个伪造点，颜色为鉴别者的看法。",
    ),
    "picture_pictures": (
        "{count} fake pictures, the nearest real one beside each, the critic's opinion below.",
        "{count} 张伪造图片，旁边是最近的真实图片，下方是鉴别者的看法。",
    ),
    "picture_words": (
        "{count} fake words, the nearest real one beside each, and the critic's opinion.",
        "{count} 个伪造的词，旁边是最近的真词和鉴别者的看法。",
    ),
    "read_words": ("The first of them: {words}.", "前几个：{words}。"),
    "losses": ("Losses", "损失"),
    "quality_coverage": ("quality", "质量"),
    "judgement": ("Critic's opinion", "鉴别者的看法"),
    "steps": ("steps", "步"),
    # drawing
    "draw_again": ("Draw again", "重新绘制"),
    "pad_label": (
        "Drawing pad. Arrow keys move the cursor, space puts a point, Backspace takes back, Enter is done.",
        "画板。方向键移动光标，空格放点，退格撤销，回车完成。",
    ),
    "pad_count": ("{n} points", "{n} 个点"),
    "pad_empty": ("Draw where real samples shall lie", "画出真实样本的位置"),
    "pad_undo": ("Undo", "撤销"),
    "pad_clear": ("Clear", "清空"),
    "pad_cancel": ("Cancel", "取消"),
    "pad_done": ("Done", "完成"),
    # time, files, links
    "time": ("Time", "时间"),
    "now": ("Now", "现在"),
    "at_step": ("step {steps}", "第 {steps} 步"),
    "branch": ("Branch", "从此分支"),
    "branch_title": ("Branch at step {at}?", "从第 {at} 步分支？"),
    "branch_lead": (
        "The run goes on from step {at}. The {gone} steps after it, up to step {now}, are lost; their film and curves "
        "can be taken home before.",
        "训练从第 {at} 步继续。其后到第 {now} 步的 {gone} 步会丢失；可以先把它们的影片和曲线带走。",
    ),
    "tools": ("Take it home", "带走"),
    "which_lane": ("Which of the two", "两者之一"),
    "film_mp4": ("MP4", "MP4"),
    "film_mp4_help": ("The run as a film", "把训练过程存成视频"),
    "film_gif": ("GIF", "GIF"),
    "film_gif_help": ("The run as an animated picture", "把训练过程存成动图"),
    "film_wait": ("Making the film…", "正在制作影片……"),
    "csv": ("CSV", "CSV"),
    "csv_help": ("The curves as a table", "把曲线存成表格"),
    "model": ("Model", "模型"),
    "model_help": ("The forger of now as a safetensors file", "把此刻的伪造者存成 safetensors 文件"),
    "explore": ("Explore", "探索"),
    "explore_help": ("Open the forger of now in the Explore tab", "在“探索”页打开此刻的伪造者"),
    "interpolate": ("Interpolate", "插值"),
    "interpolate_help": ("Open the forger of now in the Interpolate tab", "在“插值”页打开此刻的伪造者"),
    "link": ("Lesson link", "课程链接"),
    "link_help": ("A link that opens this very set-up", "打开同样设置的链接"),
    "share": ("Share", "共享"),
    "share_help": ("A link with which others watch this run", "让他人观看此训练的链接"),
    "link_title": ("Lesson link", "课程链接"),
    "link_lead": (
        "Whoever opens it gets this set-up and its seed, so the very same run.",
        "打开它的人得到同样的设置与种子，因而是同样的训练。",
    ),
    "link_hide": ("Controls that the link hides", "链接中隐藏的控件"),
    "link_copy": ("Copy link", "复制链接"),
    "close": ("Close", "关闭"),
    # slow motion
    "noise_z": ("noise z", "噪声 z"),
    "loss": ("loss", "损失"),
    "gradients": ("gradients", "梯度"),
    "learns": ("learns", "学习"),
    "waits": ("holds still", "不动"),
    "diagram": ("The two networks, the part at work lit up", "两个网络，正在工作的部分被点亮"),
    "stage_noise": ("noise", "噪声"),
    "stage_samples": ("samples", "样本"),
    "stage_judgement": ("judgement", "判断"),
    "stage_loss": ("loss", "损失"),
    "stage_update": ("update", "更新"),
    "stage_d_noise": (
        "The critic's turn: {batch} latents z are drawn at random, all that the forger is given.",
        "轮到鉴别者：随机抽取 {batch} 个潜变量 z，这是伪造者得到的全部。",
    ),
    "stage_d_samples": (
        "The forger turns each z into a fake; in this half it does not learn.",
        "伪造者把每个 z 变成一个伪造样本；这一半它不学习。",
    ),
    "stage_d_judgement": (
        "The critic judges both: it finds the real ones {real} real and the fakes {fake}.",
        "鉴别者两边都看：认为真实样本 {real} 真，伪造样本 {fake} 真。",
    ),
    "stage_d_loss": (
        "The loss says how wrong the critic was: {loss}.{penalty}",
        "损失说明鉴别者错得多少：{loss}。{penalty}",
    ),
    "stage_penalty": (" The brake on its slope adds {penalty}.", "对坡度的刹车再加 {penalty}。"),
    "stage_d_update": (
        "Gradients of size {grad} flow back into the critic, and each of its weights moves a little.",
        "大小为 {grad} 的梯度流回鉴别者，它的每个权重都移动一点。",
    ),
    "stage_g_noise": (
        "Now the forger's turn: {batch} new latents z are drawn.",
        "现在轮到伪造者：重新抽取 {batch} 个潜变量 z。",
    ),
    "stage_g_samples": ("The forger turns each of them into a fake.", "伪造者把每个都变成一个伪造样本。"),
    "stage_g_judgement": (
        "The critic finds these fakes {fake} real; in this half it does not learn.",
        "鉴别者认为这些伪造样本 {fake} 真；这一半它不学习。",
    ),
    "stage_g_loss": (
        "The forger's loss says how little it was believed: {loss}.",
        "伪造者的损失说明它有多不被相信：{loss}。",
    ),
    "stage_g_update": (
        "Gradients of size {grad} flow through the critic into the forger: they tell it which way to move its fakes.",
        "大小为 {grad} 的梯度穿过鉴别者流入伪造者，告诉它把伪造样本移向何处。",
    ),
    **CONTROLS,
    **FIGURES,
    **LOSSES,
    **MEDIA,
}
