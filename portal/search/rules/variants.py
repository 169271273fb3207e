"""旧字体 and variants of names: each row is the sign of today, then what is read as the same.

Signs of the 常用漢字表 with their old forms as far as firms, places and people write them, and the
variants of family names that a register of people brings (戸籍統一文字). A row is added here; the
documents are then written anew with `manage.py search_rebuild`.
"""

ROWS = """
浜濱濵滨 斎斉齋齊斋斊 会會 対對 辺邊邉 高髙 崎﨑嵜碕 沢澤 広廣 国國圀 島嶋嶌 徳德
浅淺 滝瀧 桜櫻 栄榮 条條 桧檜 恵惠 真眞 与與 応應 円圓 学學 区區 関關 鉄鐵鐡銕
竜龍 芦蘆 姉姊 実實 塩鹽 黒黑 横橫 黄黃 緑綠 青靑 静靜 清淸 緒緖 増增 曽曾 毎每
郎郞 錬鍊 涙淚 戻戾 録錄 縁緣 缶罐 館舘 巌巖 岳嶽 峰峯 崇崈 富冨 宮宫 宝寶 実寔
寿壽 将將 尚尙 巻卷 帰歸 帯帶 当當 従從 径徑 恒恆 悪惡 戦戰 戸戶 払拂 抜拔 拝拜
拡擴 挙擧 摂攝 数數 断斷 昼晝 暁曉 栃杤 桑桒 検檢 楽樂 様樣 権權 槙槇 歩步 歯齒
歳歲 残殘 殻殼 気氣 沖冲 涼凉 渋澁 渓溪 温溫 湾灣 満滿 浄淨 潜潛 済濟 濶闊 瀬瀨
灯燈 点點 為爲 無无 焼燒 営營 炉爐 独獨 献獻 瑶瑤 画畫 畳疊 痴癡 発發 県縣 砕碎
礼禮 禅禪 秋穐 称稱 穂穗 穏穩 窃竊 粋粹 糸絲 経經 絵繪 継繼 続續 総總 縦縱 繊纖
群羣 聡聰 声聲 聴聽 脇脅 脳腦 臓臟 台臺 旧舊 芸藝 茎莖 荘莊 万萬 蔵藏 薫薰 薬藥
処處 虎乕 虫蟲 蚕蠶 衛衞 装裝 裏裡 覚覺 覧覽 観觀 触觸 訳譯 証證 誉譽 読讀 変變
譲讓 豊豐 弐貳 壱壹 賛贊 頼賴 軽輕 転轉 辞辭 弁辨瓣辯 迁遷 逓遞 遅遲 遥遙 医醫
釈釋 釜釡 銭錢 鋳鑄 鉱鑛 鎌鐮 鎮鎭 閉閇 間閒 陥陷 険險 隠隱 隣鄰 隷隸 雑雜 霊靈
顔顏 顕顯 飲飮 駅驛 駆驅 験驗 髄髓 闘鬪 鶏鷄 麦麥 麺麵 黙默 亀龜 児兒 両兩 並竝
予豫 争爭 亜亞 仏佛 仮假 価價 伝傳 体體 余餘 併倂 倹儉 偽僞 働仂 党黨 内內 冊册
写寫 剣劍劔剱釼 剤劑 剰剩 効效 労勞 励勵 勧勸 勲勳 単單 即卽 厳嚴 参參 双雙 収收
叙敍 号號 吉𠮷 呉吳 唖啞 嘱囑 囲圍 図圖 団團 圧壓 坂阪 塁壘 壊壞 売賣 壌壤 奥奧
奨奬 嬢孃 寛寬 専專 届屆 属屬 巣巢 州洲 庁廳 床牀 廃廢 弥彌 弾彈 強强 桝枡 橋槗
郷鄕 酔醉 醸釀 陰隂 雇僱 鴎鷗 籠篭 侠俠 尭堯 柳栁 曹曺 葉枼 藤籐 祇祗 穣穰 翠翆
蝋蠟 頬頰 塡填 剥剝 叱𠮟
"""


def table() -> dict[str, str]:
    """Variant → the sign that stands for it."""
    return {sign: row[0] for row in ROWS.split() for sign in row[1:]}


TABLE = table()
