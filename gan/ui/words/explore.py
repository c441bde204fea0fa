"""Words of the Explore tab: key -> (English, Chinese). All but the tab's own are filled in by the browser.

{one}, {many} and {unit} are what samples of the model's medium are called, see `media_pictures`; a key that ends in a
medium's name is said of that medium in the place of the plain one.
"""

WORDS: dict[str, tuple[str, str]] = {
    "tab": ("Explore", "探索"),
    "controls": ("What makes the {one}", "决定这{unit}{one}的一切"),
    # model, seed, psi
    "model": ("Model", "模型"),
    "seed": ("Seed", "种子"),
    "seed_n": ("seed {seed}", "种子 {seed}"),
    "seed_info": ("Each whole number is another {one}.", "每个整数是一{unit}不同的{one}。"),
    "seed_info_points": ("Each whole number is another 2,000 points.", "每个整数是另外 2,000 个点。"),
    "dice": ("⚄ Dice", "⚄ 掷骰子"),
    "psi": ("psi", "psi（截断）"),
    "psi_info": ("0 is the average {one}, 1 the forger as trained.", "0 是平均的{one}，1 是训练出的样子。"),
    "psi_class_info": (
        "0 is the average {one} of the class, 1 the forger as trained.",
        "0 是该类别平均的{one}，1 是训练出的样子。",
    ),
    "psi_first": (
        "This model is shown at {psi} first: nearer to the average it errs less, and varies less.",
        "该模型起初以 {psi} 显示：越接近平均，差错越少，变化也越少。",
    ),
    # a latent of the visitor's own
    "own_one": ("your own {one}", "您自己的{one}"),
    "seed_own": (
        "This is your own {one}: no seed made it. A seed or the dice leaves it, undo brings it back.",
        "这是您自己的{one}，不是由种子抽出的。输入种子或掷骰子会离开它，撤销可以回来。",
    ),
    "psi_own": (
        "1 is your own {one}, 0 the average one; between them it comes nearer to what the forger makes most.",
        "1 是您自己的{one}，0 是平均的{one}；在两者之间，它更接近伪造者最常做的样子。",
    ),
    "psi_class_own": (
        "1 is your own {one}, 0 the average one of its class; between them it comes nearer to what the forger makes "
        "most.",
        "1 是您自己的{one}，0 是该类别平均的{one}；在两者之间，它更接近伪造者最常做的样子。",
    ),
    "class_own": (
        "Nobody asked for a class: your own {one} lies nearest to “{name}”, and counts as that.",
        "没有人要求类别：您自己的{one}最接近“{name}”，就按它算。",
    ),
    "raw_own": (
        "Your own {one} has no z: it begins behind it, with a w.",
        "您自己的{one}没有 z：它从 z 之后的 w 开始。",
    ),
    "plane_own": (
        "The plane and its neighbours lie between seeds, and no seed made your own {one}.",
        "种子平面和邻近的{one}都在种子之间，而您自己的{one}不是由种子抽出的。",
    ),
    "own_left": (
        "{model} draws from another number of numbers, so what was your own stayed behind; undo brings it back.",
        "{model} 用的数的个数不同，您自己的没有带过来；撤销可以回来。",
    ),
    # class, layers
    "class": ("Class", "类别"),
    "class_info": (
        "What the forger is asked for. The same seed in another class keeps its manner.",
        "要求伪造者做的内容。同一个种子换了类别，风格不变。",
    ),
    "class_one": ("class {name}", "类别 {name}"),
    "classes_n": ("{n} classes", "{n} 个类别"),
    "layers": ("Layers that follow the directions", "随方向变化的层"),
    "layers_info": (
        "Directions change these layers alone: early ones decide what is made, late ones how.",
        "方向只改变这些层：早的层决定做什么，晚的层决定怎么做。",
    ),
    "layer_first": ("First layer", "首层"),
    "layer_last": ("Last layer", "末层"),
    "layer_n": ("{n} · {side} px", "{n} · {side} px"),
    "coarse": ("coarse", "粗"),
    "fine": ("fine", "细"),
    "nimg": ("trained on {nimg} samples", "训练用样本 {nimg} 次"),
    "research": ("research weights", "研究用权重"),
    "licence": ("licence: {licence}", "许可：{licence}"),
    "frechet": (
        "Fréchet distance from real {many} {model} (real data from itself {real})",
        "与真实{one}的 Fréchet 距离 {model}（真实数据自身 {real}）",
    ),
    "coverage": (
        "comes near {model} of real {many} (real data {real})",
        "接近 {model} 的真实{one}（真实数据 {real}）",
    ),
    # directions
    "directions": ("Directions", "主方向"),
    "directions_info": (
        "What this forger varies most, in standard deviations. Click a name to give your own.",
        "这位伪造者变化最多的方面，单位是标准差。点名字可以自己取名。",
    ),
    "direction_one": ("Direction {n}", "方向 {n}"),
    "name_of": ("Name of direction {n}", "方向 {n} 的名字"),
    "name_info": ("Type a name; this browser keeps it.", "输入名字，浏览器会记住。"),
    "strip": ("{name}: {sigmas} standard deviations", "{name}：{sigmas} 个标准差"),
    "more": ("More directions", "更多方向"),
    "sefa": ("Closed-form directions", "闭式方向"),
    "sefa_info": (
        "What the weights that read the latent stretch most, found from them alone, without a single {one} (SeFa).",
        "读取潜变量的权重拉伸最多的方向，只看权重、不看任何{one}就能得到（SeFa）。",
    ),
    "sefa_one": ("Closed form {n}", "闭式 {n}"),
    "raw": ("All numbers of z", "z 的全部数值"),
    "raw_info": (
        "The {one} is made from these. A seed draws them, mostly within ±2; what you move stays where you put it.",
        "{one}就是由这些数生成的。种子抽出它们，大多在 ±2 以内；您移动的会停在您放的位置。",
    ),
    "release": ("Give {name} back to the seed", "把 {name} 还给种子"),
    "release_all": ("Give all back to the seed", "全部还给种子"),
    # a second seed, a second model
    "mix": ("Mix with a second seed", "与另一个种子混合"),
    "mix_info": (
        "Two {many} are made apart up to a layer, blended there, and finished as one. Early layers blend what is "
        "made, late ones lay one {one} over the other.",
        "两{unit}{one}各自生成到某一层，在那里混合，之后合为一{unit}。早的层混合内容，晚的层只是叠在一起。",
    ),
    "mix_layered_info": (
        "Each layer follows a latent: from one on, the second seed's. Early ones decide what is made, late ones how.",
        "每一层都跟随一个潜变量：从某一层起换成第二个种子的。早的层决定做什么，晚的层决定怎么做。",
    ),
    "mix_all": ("in all {of} layers", "全部 {of} 层"),
    "mix_from": ("from layer {n} of {of} on ({side} × {side})", "从第 {n} 层起（共 {of} 层，{side} × {side}）"),
    "mix_on": ("Mix", "混合"),
    "mix_off": ("Stop mixing", "停止混合"),
    "mix_seed": ("Second seed", "第二个种子"),
    "mix_stage": ("Blended", "在何处混合"),
    "mix_share": ("Share of the second", "第二{unit}的份额"),
    "stage_w": ("at the very start, in the latent", "最开始，在潜变量中"),
    "stage_pictures": (
        "after layer {n} of {of}: maps of {side} × {side}, {count} of them",
        "第 {n} 层之后（共 {of} 层）：{count} 张 {side} × {side} 的特征图",
    ),
    "stage_units": ("after layer {n} of {of}: {count} units", "第 {n} 层之后（共 {of} 层）：{count} 个单元"),
    "beside": ("Two models side by side", "两个模型并排"),
    "beside_info": (
        "Another forger works from the same latent, beside the first. Directions belong to one model and stay there.",
        "另一位伪造者用同一个潜变量在旁边工作。方向属于各自的模型，不会带过去。",
    ),
    "beside_model": ("Model beside", "并排的模型"),
    "beside_none": ("none", "无"),
    "same_z": ("the same z", "同一个 z"),
    "same_own": ("the same latent of your own", "同一个您自己的潜变量"),
    "other_own": (
        "seed {seed}: your own latent has another length here",
        "种子 {seed}：您自己的潜变量在这里长度不同",
    ),
    "same_seed": ("the same seed (its z has another length)", "同一个种子（它的 z 长度不同）"),
    # before the picture can be changed, and its walk
    "fetching": ("Fetching the model {name} …", "正在获取模型 {name} …"),
    "fetching_share": ("Fetching {name}: {got} of {all} MB", "正在获取 {name}：{got} / {all} MB"),
    "stroll_pause": ("Pause the walk", "暂停走动"),
    "stroll_go": ("Go on with the walk", "继续走动"),
    "stroll_info": (
        "A slow walk past the seed’s neighbours. It ends for good when you touch a control.",
        "在这个种子附近慢慢走一圈。一碰任何控件，它就停下不再走。",
    ),
    # the picture
    "alt_one": (
        "{One} made by {model} from seed {seed} at psi {psi}",
        "{model} 由种子 {seed}、psi {psi} 生成的{one}",
    ),
    "alt_class": (
        "{One} of class {name} made by {model} from seed {seed} at psi {psi}",
        "{model} 由种子 {seed}、psi {psi} 生成的类别 {name} 的{one}",
    ),
    "alt_points": (
        "2,000 samples of {model}, seed {seed}, psi {psi}",
        "{model} 的 2,000 个样本，种子 {seed}，psi {psi}",
    ),
    "alt_own": (
        "Your own {one} as {model} makes it at psi {psi}",
        "{model} 在 psi {psi} 时做出的您自己的{one}",
    ),
    "steps": ("steps away: {n}", "走了 {n} 步"),
    "smooth": ("Smooth pixels", "平滑像素"),
    "engine_wasm": ("Made in your browser", "在您的浏览器中生成"),
    "engine_wasm_ms": ("Made in your browser · {ms} ms a {one}", "在您的浏览器中生成 · 每{unit} {ms} 毫秒"),
    "engine_wasm_ms_points": (
        "Made in your browser · {ms} ms for all of them",
        "在您的浏览器中生成 · 全部用时 {ms} 毫秒",
    ),
    "engine_plain": ("Made in your browser, without WebAssembly", "在您的浏览器中生成，未用 WebAssembly"),
    "engine_plain_ms": (
        "Made in your browser, without WebAssembly · {ms} ms a {one}",
        "在您的浏览器中生成，未用 WebAssembly · 每{unit} {ms} 毫秒",
    ),
    "engine_plain_ms_points": (
        "Made in your browser, without WebAssembly · {ms} ms for all of them",
        "在您的浏览器中生成，未用 WebAssembly · 全部用时 {ms} 毫秒",
    ),
    "engine_server": ("Made on the server", "在服务器上生成"),
    "engine_server_ms": ("Made on the server · {ms} ms a {one}", "在服务器上生成 · 每{unit} {ms} 毫秒"),
    "engine_server_ms_points": ("Made on the server · {ms} ms for all of them", "在服务器上生成 · 全部用时 {ms} 毫秒"),
    # what one does
    "history": ("Undo, redo, begin anew", "撤销、重做、重来"),
    "undo": ("↶ Undo", "↶ 撤销"),
    "undo_info": ("Take the last change back (Ctrl+Z)", "撤销上一步（Ctrl+Z）"),
    "redo": ("↷ Redo", "↷ 重做"),
    "redo_info": ("Make it again (Ctrl+Shift+Z)", "重做（Ctrl+Shift+Z）"),
    "randomise": ("Randomise", "随机"),
    "randomise_info": (
        "Another seed, another class if there are any, and every direction thrown anew",
        "换种子，换类别（若有），并随机摆动每个方向",
    ),
    "reset": ("Reset", "重置"),
    "reset_info": ("Back to the {one} without edits", "回到没有编辑过的{one}"),
    "files": ("Keep and share", "保存与分享"),
    "bookmark": ("☆ Bookmark", "☆ 收藏"),
    "bookmark_info": ("Keep this {one} below", "把这{unit}{one}留在下面"),
    "link": ("Copy link", "复制链接"),
    "link_info": ("A link that opens this very {one}", "打开同一{unit}{one}的链接"),
    "png": ("PNG", "PNG"),
    "png_info": ("Save what is drawn as a PNG, its settings inside", "把所画的存成 PNG，设定写在文件里"),
    "png_info_clips": ("Save the first frame as a PNG, its settings inside", "把第一帧存成 PNG，设定写在文件里"),
    "key_frame": ("Use as key frame", "用作关键帧"),
    "key_frame_info": ("Hand this {one} to the film of the Interpolate tab", "把这{unit}{one}交给“插值”页的影片"),
    "key_frame_kept": (
        "Handed to Interpolate as a key frame; waiting there: {n}.",
        "已交给“插值”页：那里有 {n} 个等着做关键帧。",
    ),
    # the seed plane, pictures around
    "plane": ("Seed plane", "种子平面"),
    "plane_info": (
        "Between four seeds. Drag the ring, or use the arrow keys; beyond an edge lies the next cell.",
        "在四个种子之间。拖动圆环或用方向键；越过边缘就是下一格。",
    ),
    "plane_at": ("{x} to the right, {y} down from seed {seed}", "从种子 {seed} 向右 {x}，向下 {y}"),
    "drift": ("▶ Drift", "▶ 漫游"),
    "drift_stop": ("❚❚ Stop", "❚❚ 停止"),
    "pace": ("Speed", "速度"),
    "pace_info": ("Cells of the plane a second", "每秒走过的格数"),
    "neighbours": ("Neighbours", "邻近的{one}"),
    "neighbours_info": ("{Many} close by in z. Click one to go there.", "z 附近的{one}，点一{unit}就走过去。"),
    "go": ("Go to neighbour {n}", "走到第 {n} 个邻近处"),
    "here": ("What you see now", "现在看到的"),
    "variations": ("Variations", "变化"),
    "variations_info": (
        "The seed plane around this place, as far as the radius reaches. Click one to go there.",
        "这个位置周围的种子平面，半径决定多远。点一{unit}就走过去。",
    ),
    "variation": ("Go to variation {n}", "走到变化 {n}"),
    "radius": ("Radius, in cells", "半径（格）"),
    # the real pictures, the layers
    "nearest": ("Nearest real {many}", "最近的真实{one}"),
    "nearest_info": (
        "The {many} that the forger learnt from and that are most like this one, with how far they are from it: is it "
        "new, or a copy?",
        "伪造者学过的{one}中最像这{unit}的，以及相差多少：它是新的，还是照抄？",
    ),
    "nearest_info_pictures": (
        "The training pictures most like this one, with how far a pixel is off on average: is it new, or a copy?",
        "最像这张图的训练图，以及每个像素平均差多少：它是新的，还是照抄？",
    ),
    "nearest_info_words": (
        "The real words most like this one, and how many letters would have to change: is it new, or a copy?",
        "最像这个词的真词，以及需要改动几个字母：它是新的，还是照抄？",
    ),
    "nearest_info_graphs": (
        "The training graphs most like this one, and how many nodes and edges differ: is it new, or a copy?",
        "最像这张关系图的训练关系图，以及有几个节点和边不同：它是新的，还是照抄？",
    ),
    "nearest_info_scores": (
        "The training scores most like this one, and the share of notes that differ: is it new, or a copy?",
        "最像这份乐谱的训练乐谱，以及不同音符的比例：它是新的，还是照抄？",
    ),
    "nearest_info_clips": (
        "The training clips most like this one, with how far a pixel is off on average: is it new, or a copy?",
        "最像这段短片的训练短片，以及每个像素平均差多少：它是新的，还是照抄？",
    ),
    "nearest_one": ("Real {one}, {distance} away", "真实{one}，相差 {distance}"),
    "inside": ("Inside the forger", "伪造者内部"),
    "inside_info": (
        "What each layer passes on: orange is above zero, blue below. Point at a map, or use the arrow keys.",
        "每一层传下去的内容：橙色大于零，蓝色小于零。指向一张特征图，或用方向键。",
    ),
    "inside_stage": ("Layer", "层"),
    "inside_alt": ("What the forger passes on {layer}", "伪造者传下去的内容：{layer}"),
    "layer_pictures": (
        "{count} maps: mean {mean}, spread {spread}, {idle} of the values zero or below.",
        "{count} 张特征图：均值 {mean}，离散 {spread}，{idle} 的值不大于零。",
    ),
    "layer_units": (
        "{count} units: mean {mean}, spread {spread}, {idle} of them zero or below.",
        "{count} 个单元：均值 {mean}，离散 {spread}，其中 {idle} 不大于零。",
    ),
    "channel": (
        "Map {n}: mean {mean}, spread {spread}, {idle} zero or below.",
        "第 {n} 张：均值 {mean}，离散 {spread}，{idle} 不大于零。",
    ),
    "unit": ("Unit {n}: {value}.", "第 {n} 个单元：{value}。"),
    "channel_hint": ("Point at one for its own numbers.", "指向其中一个，看它自己的数值。"),
    # the critic
    "critic": ("Inside the critic", "鉴别者内部"),
    "critic_info": (
        "What this critic, at the end of this game, would have said. It learnt to tell fakes from real ones, as most "
        "critics here by comparing them in pairs: a likelier one of two it can name, how real one is it cannot. What "
        "it says is no measure of quality, means little between classes and far from the data, and critics can be "
        "fooled: clean ones may stand low and broken ones high.",
        "这位鉴别者在这场博弈结束时会说的话。它学的是分辨真假，这里的鉴别者大多靠成对比较来学："
        "它能说出两者中哪个更像真的，却说不出一个有多真。它的话不衡量好坏，跨类别或远离数据时几乎没有意义；"
        "鉴别者也会受骗：清楚的可能排得低，残缺的可能排得高。",
    ),
    "opinion": (
        "It likes {share} of the {reals} less than this one.",
        "在{reals}中，有 {share} 它认为不如这{unit}。",
    ),
    "reals_learnt": ("real {many} it learnt from", "它学过的真实{one}"),
    "reals_held": ("real {many} it never saw", "它没见过的真实{one}"),
    "opinion_points": (
        "It likes {share} of the real points less than these, on average.",
        "平均有 {share} 的真实点，鉴别者认为不如这些点。",
    ),
    "no_opinion": (
        "This model came without its critic's marks for real data.",
        "这个模型没有附带鉴别者对真实数据的评分。",
    ),
    # bookmarks
    "bookmarks": ("Bookmarks", "收藏"),
    "bookmarks_none": (
        "What you bookmark stays here, in this browser.",
        "收藏会留在这里，存在您的浏览器中。",
    ),
    "bookmarks_info": ("Kept in this browser.", "存在您的浏览器中。"),
    "bookmarks_passing": (
        "This browser keeps them only until the page is closed; Export takes them along as a file.",
        "浏览器只把它们保留到此页关闭为止；“导出”可把它们存成文件带走。",
    ),
    "bookmarked": ("Bookmarked", "已收藏"),
    "bookmark_name": ("Name of bookmark {n}", "第 {n} 个收藏的名字"),
    "bookmark_open": ("Open {name}", "打开 {name}"),
    "earlier": ("Move {name} to the left", "把 {name} 左移"),
    "later": ("Move {name} to the right", "把 {name} 右移"),
    "delete": ("Delete {name}", "删除 {name}"),
    "export": ("Export", "导出"),
    "import": ("Import…", "导入……"),
    "imported": ("{n} of {of} bookmarks were new and have been added", "{of} 个收藏中有 {n} 个是新的，已加入"),
    "imported_none": ("All {of} bookmarks are here already", "{of} 个收藏都已经在这里了"),
    # mistakes
    "trouble_bookmarks": (
        "These are no bookmarks of this page, or more than {most}.",
        "这不是本页的收藏，或超过 {most} 个。",
    ),
    "trouble_file": ("{name} is no file of bookmarks.", "{name} 不是收藏文件。"),
    "trouble_damaged": (
        "Some bookmarks in this browser are damaged; what was there is kept as “{key}” in its storage.",
        "浏览器中的一些收藏已损坏；原来的内容保存在其存储的“{key}”中。",
    ),
}
