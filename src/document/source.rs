//! From the bytes of a file to its text.

use super::encoding::{self, Encoding};
use super::limits::MAX_FILE_BYTES;
use super::prefix_count::{PrefixCount, utf16_units};
use super::span::{Span, offset};
use super::unreadable::{Cause, Unreadable};

/// The decoded text of one file.
#[derive(Clone, Debug)]
pub struct SourceText {
    text: String,
    encoding: Encoding,
    /// For UTF-16: how many code units are stored before a place.
    units: Option<PrefixCount>,
}

impl Default for SourceText {
    /// An empty text.
    fn default() -> SourceText {
        SourceText { text: String::new(), encoding: Encoding::Utf8, units: None }
    }
}

impl SourceText {
    /// Decodes UTF-8, or UTF-16 that begins with a byte order mark or with `<`. UTF-8 is checked but not copied. A byte order
    /// mark stays at the start of the text.
    ///
    /// # Errors
    /// `TooLarge`, `Archive`, `Binary` (holds NUL), or `Encoding`: not UTF-8 or UTF-16, or an XML declaration that names an
    /// encoding under which the bytes would mean something else.
    pub fn decode(bytes: Vec<u8>) -> Result<SourceText, Unreadable> {
        if bytes.len() as u64 > MAX_FILE_BYTES {
            let detail = format!("{} bytes, and at most {MAX_FILE_BYTES} are read", bytes.len());
            return Err(Unreadable::new(Cause::TooLarge, Span::default(), detail));
        }
        if bytes.starts_with(b"PK\x03\x04") {
            let detail = "the file begins like a ZIP archive";
            return Err(Unreadable::new(Cause::Archive, Span::new(0, 4), detail));
        }
        let encoding = encoding::detect(&bytes)?;
        match encoding {
            Encoding::Utf8 | Encoding::Utf8WithBom => {
                refuse_nul(&bytes)?;
                encoding::check_declared(&bytes)?;
                let text = String::from_utf8(bytes).map_err(|error| {
                    let at = error.utf8_error().valid_up_to();
                    let span = Span::from_offsets(at, at + 1);
                    Unreadable::new(Cause::Encoding, span, "a byte that is not valid UTF-8")
                })?;
                Ok(SourceText { text, encoding, units: None })
            }
            Encoding::Utf16LittleEndian | Encoding::Utf16BigEndian => {
                let text = encoding::decode_utf16(&bytes, encoding)?;
                refuse_nul(text.as_bytes())?;
                let units = Some(PrefixCount::new(&text, utf16_units));
                Ok(SourceText { text, encoding, units })
            }
        }
    }

    /// The decoded text, with its byte order mark if the file has one.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How the text is stored.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The byte offset in the stored file of a byte offset in the decoded text.
    #[must_use]
    pub fn stored_offset(&self, offset: u32) -> u64 {
        match &self.units {
            None => u64::from(offset),
            Some(units) => u64::from(units.at(&self.text, offset as usize)) * 2,
        }
    }

    /// Gives the memory back, so that the next file can be read into it.
    #[must_use]
    pub fn into_buffer(self) -> Vec<u8> {
        self.text.into_bytes()
    }
}

fn refuse_nul(bytes: &[u8]) -> Result<(), Unreadable> {
    match memchr::memchr(0, bytes) {
        None => Ok(()),
        Some(at) => Err(Unreadable::new(
            Cause::Binary,
            Span::new(offset(at), offset(at + 1)),
            "a NUL character",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    fn cause(bytes: &[u8]) -> Cause {
        SourceText::decode(bytes.to_vec()).unwrap_err().cause
    }

    #[test]
    fn utf8_is_not_copied() {
        let bytes = b"<a>\xC3\xA9</a>".to_vec();
        let address = bytes.as_ptr();
        let source = SourceText::decode(bytes).unwrap();
        assert_eq!(source.text(), "<a>é</a>");
        assert_eq!(source.encoding(), Encoding::Utf8);
        assert_eq!(source.stored_offset(5), 5);
        let buffer = source.into_buffer();
        assert_eq!(buffer.as_ptr(), address);
    }

    #[test]
    fn a_byte_order_mark_stays() {
        let source = SourceText::decode(b"\xEF\xBB\xBF<a/>".to_vec()).unwrap();
        assert_eq!(source.text(), "\u{feff}<a/>");
        assert_eq!(source.encoding(), Encoding::Utf8WithBom);
        assert_eq!(source.stored_offset(3), 3);
    }

    #[test]
    fn utf16_in_four_forms() {
        for text in ["\u{feff}<a>é😀x</a>", "<a>é😀x</a>"] {
            let little = SourceText::decode(utf16(text, u16::to_le_bytes)).unwrap();
            let big = SourceText::decode(utf16(text, u16::to_be_bytes)).unwrap();
            assert_eq!(little.text(), text);
            assert_eq!(big.text(), text);
            assert_eq!(little.encoding(), Encoding::Utf16LittleEndian);
            assert_eq!(big.encoding(), Encoding::Utf16BigEndian);
            for (at, _) in text.char_indices() {
                let stored = utf16(&text[..at], u16::to_le_bytes).len() as u64;
                assert_eq!(little.stored_offset(u32::try_from(at).unwrap()), stored);
            }
        }
    }

    #[test]
    fn what_is_no_text() {
        assert_eq!(cause(b"PK\x03\x04rest"), Cause::Archive);
        assert_eq!(cause(b"<a>\0</a>"), Cause::Binary);
        assert_eq!(cause(b"\x7fELF\0"), Cause::Binary);
        assert_eq!(cause(b"<a>\xE9</a>"), Cause::Encoding);
        assert_eq!(cause(b"<a>\xED\xA0\x80</a>"), Cause::Encoding);
        assert_eq!(cause(b"<\0a\0>"), Cause::Encoding);
        assert_eq!(cause(&utf16("<a>\0</a>", u16::to_be_bytes)), Cause::Binary);
        assert_eq!(cause(b"<\0\x00\xD8<\0"), Cause::Encoding);
        assert_eq!(cause(b"\xFF\xFE\x00\xDC"), Cause::Encoding);
    }

    #[test]
    fn the_limit_itself_is_read() {
        let limit = usize::try_from(MAX_FILE_BYTES).unwrap();
        assert!(SourceText::decode(vec![b' '; limit]).is_ok());
        assert_eq!(cause(&vec![b' '; limit + 1]), Cause::TooLarge);
    }
}
