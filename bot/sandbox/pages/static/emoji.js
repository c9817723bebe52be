// The emoji shortcodes people and apps use most; an unknown one stays as it was typed.

const TABLE = `
  +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 clap 👏 wave 👋 raised_hands 🙌 pray 🙏 muscle 💪 point_right 👉 point_left 👈
  point_up ☝️ point_down 👇 ok_hand 👌 handshake 🤝 raised_hand ✋ hand ✋ v ✌️ writing_hand ✍️ eyes 👀 brain 🧠
  smile 😄 smiley 😃 grinning 😀 slightly_smiling_face 🙂 blush 😊 wink 😉 joy 😂 sweat_smile 😅 heart_eyes 😍
  thinking_face 🤔 sunglasses 😎 relieved 😌 hugging_face 🤗 neutral_face 😐 cry 😢 sob 😭 sleeping 😴 partying_face 🥳
  heart ❤️ blue_heart 💙 green_heart 💚 yellow_heart 💛 orange_heart 🧡 purple_heart 💜 sparkling_heart 💖 broken_heart 💔
  tada 🎉 confetti_ball 🎊 sparkles ✨ star ⭐ star2 🌟 dizzy 💫 fire 🔥 rocket 🚀 trophy 🏆 medal 🏅 sports_medal 🏅
  first_place_medal 🥇 100 💯 gift 🎁 balloon 🎈 crown 👑 gem 💎 rainbow 🌈 sunny ☀️ sunrise 🌅 umbrella ☔ snowflake ❄️
  seedling 🌱 herb 🌿 leaves 🍃 four_leaf_clover 🍀 deciduous_tree 🌳 evergreen_tree 🌲 blossom 🌼 sunflower 🌻 bouquet 💐
  white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ heavy_plus_sign ➕
  heavy_minus_sign ➖ warning ⚠️ no_entry ⛔ no_entry_sign 🚫 question ❓ grey_question ❔ exclamation ❗ bangbang ‼️
  information_source ℹ️ bulb 💡 mag 🔍 mag_right 🔎 key 🔑 lock 🔒 unlock 🔓 closed_lock_with_key 🔐 shield 🛡️
  bell 🔔 no_bell 🔕 mega 📣 loudspeaker 📢 speech_balloon 💬 thought_balloon 💭 left_speech_bubble 🗨️ zzz 💤
  calendar 📆 date 📅 spiral_calendar_pad 🗓️ clock9 🕘 alarm_clock ⏰ hourglass ⌛ hourglass_flowing_sand ⏳ stopwatch ⏱️
  memo 📝 pencil 📝 pencil2 ✏️ clipboard 📋 pushpin 📌 round_pushpin 📍 paperclip 📎 link 🔗 scissors ✂️ book 📖 books 📚
  bookmark 🔖 page_facing_up 📄 page_with_curl 📃 file_folder 📁 open_file_folder 📂 newspaper 📰 envelope ✉️ email 📧
  inbox_tray 📥 outbox_tray 📤 package 📦 mailbox 📫 bar_chart 📊 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉
  dart 🎯 gear ⚙️ wrench 🔧 hammer_and_wrench 🛠️ toolbox 🧰 test_tube 🧪 microscope 🔬 telescope 🔭 compass 🧭 map 🗺️
  world_map 🗺️ hospital 🏥 stethoscope 🩺 pill 💊 syringe 💉 ambulance 🚑 house 🏠 house_with_garden 🏡 office 🏢 school 🏫
  door 🚪 phone ☎️ telephone_receiver 📞 iphone 📱 computer 💻 movie_camera 🎥 video_camera 📹 microphone 🎤 headphones 🎧
  coffee ☕ tea 🍵 cake 🍰 birthday 🎂 apple 🍎 pizza 🍕 bread 🍞
  arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrow_right_hook ↪️ leftwards_arrow_with_hook ↩️ repeat 🔁
  arrows_counterclockwise 🔄 arrow_heading_up ⤴️ fast_forward ⏩ new 🆕 up 🆙 ok 🆗 sos 🆘 soon 🔜 end 🔚
  large_green_circle 🟢 large_yellow_circle 🟡 large_orange_circle 🟠 large_blue_circle 🔵 red_circle 🔴 white_circle ⚪
  black_circle ⚫ large_purple_circle 🟣 large_blue_square 🟦 large_green_square 🟩 white_large_square ⬜ black_large_square ⬛
  large_blue_diamond 🔷 small_blue_diamond 🔹 large_orange_diamond 🔶 small_orange_diamond 🔸 black_small_square ▪️
  zero 0️⃣ one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟
  raising_hand 🙋 bust_in_silhouette 👤 busts_in_silhouette 👥 family 👪 baby 👶 older_woman 👵 older_man 👴 nurse 🧑‍⚕️
  bird 🐦 owl 🦉 bee 🐝 honeybee 🐝 butterfly 🦋 turtle 🐢 snail 🐌 dog 🐶 cat 🐱 ocean 🌊 mountain ⛰️ earth_americas 🌎
  palm_tree 🌴 beach_with_umbrella 🏖️ airplane ✈️ car 🚗 bus 🚌 bike 🚲 walking 🚶 running 🏃 construction 🚧 robot_face 🤖
  slack 💬 ladder 🪜 hatching_chick 🐣 jigsaw 🧩 art 🎨 musical_note 🎵 notes 🎶 checkered_flag 🏁 triangular_flag_on_post 🚩
  white_flag 🏳️ wastebasket 🗑️ recycle ♻️ heavy_dollar_sign 💲 moneybag 💰 candle 🕯️ crescent_moon 🌙 full_moon 🌕 zap ⚡
`.trim().split(/\s+/);

const KNOWN = new Map(TABLE.flatMap((word, at) => (at % 2 ? [] : [[word, TABLE[at + 1]]])));

export const emoji = (name) => KNOWN.get(name.replace(/::skin-tone-\d$/, ''));

/** Plain text with its shortcodes turned into emoji. */
export const withEmoji = (text) => text.replace(/:([a-z0-9_+'-]+):/g, (whole, name) => emoji(name) ?? whole);
