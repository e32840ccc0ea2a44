//! Characters that show something else than what is written.

/// Whether a character redraws, reorders or hides text: control, bidirectional and invisible characters.
pub fn is_dangerous(character: char) -> bool {
    let code = u32::from(character);
    character.is_control()
        || matches!(code,
            0xad | 0x34f | 0x61c | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f
            | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0f
            | 0xfeff | 0xffa0 | 0xfff0..=0xfffb | 0xe0000..=0xe0fff)
}
