//! Names that are written with other characters and mean the same to people and to some file systems.

/// Returns the form of a name in which case and the Unicode form of Latin letters make no difference. Two names of one
/// form are one file on the file systems of Windows and macOS.
pub(crate) fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for character in name.chars() {
        push_decomposed(character, &mut folded);
    }
    folded.to_lowercase()
}

fn push_decomposed(character: char, text: &mut String) {
    if !('\u{C0}'..'\u{1F00}').contains(&character) {
        return text.push(character);
    }
    for (mark, pairs) in COMPOSED {
        let mut pairs = pairs.chars();
        while let (Some(base), Some(composed)) = (pairs.next(), pairs.next()) {
            if composed == character {
                push_decomposed(base, text);
                text.push_str(mark);
                return;
            }
        }
    }
    text.push(character);
}

/// For each mark the pairs of a letter and its composition with the mark, for the Latin letters of Unicode. The tables of
/// all scripts would cost the command more than they gain.
#[rustfmt::skip]
const COMPOSED: &[(&str, &str)] = &[
    ("\u{300}", "AÀEÈIÌOÒUÙaàeèiìoòuùÜǛüǜNǸnǹĒḔēḕŌṐōṑWẀwẁÂẦâầĂẰăằÊỀêềÔỒôồƠỜơờƯỪưừYỲyỳ"),
    ("\u{301}", "AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕSŚsśZŹzźÜǗüǘGǴgǵÅǺåǻÆǼæǽØǾøǿÇḈçḉĒḖēḗÏḮïḯKḰkḱMḾmḿÕṌõṍŌṒōṓPṔpṕŨṸũṹWẂwẃÂẤâấĂẮăắÊẾêếÔỐôốƠỚơớƯỨưứ"),
    ("\u{302}", "AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝWŴwŵYŶyŷZẐzẑẠẬạậẸỆẹệỌỘọộ"),
    ("\u{303}", "AÃNÑOÕaãnñoõIĨiĩUŨuũVṼvṽÂẪâẫĂẴăẵEẼeẽÊỄêễÔỖôỗƠỠơỡƯỮưữYỸyỹ"),
    ("\u{304}", "AĀaāEĒeēIĪiīOŌoōUŪuūÜǕüǖÄǞäǟȦǠȧǡÆǢæǣǪǬǫǭÖȪöȫÕȬõȭȮȰȯȱYȲyȳGḠgḡḶḸḷḹṚṜṛṝ"),
    ("\u{306}", "AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭȨḜȩḝẠẶạặ"),
    ("\u{307}", "CĊcċEĖeėGĠgġIİZŻzżAȦaȧOȮoȯBḂbḃDḊdḋFḞfḟHḢhḣMṀmṁNṄnṅPṖpṗRṘrṙSṠsṡŚṤśṥŠṦšṧṢṨṣṩTṪtṫWẆwẇXẊxẋYẎyẏſẛ"),
    ("\u{308}", "AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸHḦhḧÕṎõṏŪṺūṻWẄwẅXẌxẍtẗ"),
    ("\u{309}", "AẢaảÂẨâẩĂẲăẳEẺeẻÊỂêểIỈiỉOỎoỏÔỔôổƠỞơởUỦuủƯỬưửYỶyỷ"),
    ("\u{30A}", "AÅaåUŮuůwẘyẙ"),
    ("\u{30B}", "OŐoőUŰuű"),
    ("\u{30C}", "CČcčDĎdďEĚeěLĽlľNŇnňRŘrřSŠsšTŤtťZŽzžAǍaǎIǏiǐOǑoǒUǓuǔÜǙüǚGǦgǧKǨkǩƷǮʒǯjǰHȞhȟ"),
    ("\u{30F}", "AȀaȁEȄeȅIȈiȉOȌoȍRȐrȑUȔuȕ"),
    ("\u{311}", "AȂaȃEȆeȇIȊiȋOȎoȏRȒrȓUȖuȗ"),
    ("\u{31B}", "OƠoơUƯuư"),
    ("\u{323}", "BḄbḅDḌdḍHḤhḥKḲkḳLḶlḷMṂmṃNṆnṇRṚrṛSṢsṣTṬtṭVṾvṿWẈwẉZẒzẓAẠaạEẸeẹIỊiịOỌoọƠỢơợUỤuụƯỰưựYỴyỵ"),
    ("\u{324}", "UṲuṳ"),
    ("\u{325}", "AḀaḁ"),
    ("\u{326}", "SȘsșTȚtț"),
    ("\u{327}", "CÇcçGĢgģKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţEȨeȩDḐdḑHḨhḩ"),
    ("\u{328}", "AĄaąEĘeęIĮiįUŲuųOǪoǫ"),
    ("\u{32D}", "DḒdḓEḘeḙLḼlḽNṊnṋTṰtṱUṶuṷ"),
    ("\u{32E}", "HḪhḫ"),
    ("\u{330}", "EḚeḛIḬiḭUṴuṵ"),
    ("\u{331}", "BḆbḇDḎdḏKḴkḵLḺlḻNṈnṉRṞrṟTṮtṯZẔzẕhẖ"),
];

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn names_that_mean_the_same_have_one_form() {
        let same = [
            ("Ärger.pdf", "a\u{308}RGER.PDF"),
            ("ế", "e\u{302}\u{301}"),
            ("ÅNGSTRÖM", "a\u{30a}ngstro\u{308}m"),
        ];
        for (one, other) in same {
            assert_eq!(fold(one), fold(other), "{one}");
        }
        assert_ne!(fold("a"), fold("ä"));
    }
}
