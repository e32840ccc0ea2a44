//! Base64, with and without the `-----BEGIN …-----` lines of RFC 7468.

use base64ct::{Base64, Base64Unpadded, Encoding};
use memchr::memmem;

/// One block between a `BEGIN` line and its end.
pub(super) enum Block {
    /// A certificate or signing request; `None` if its body is no base64.
    Certificate(Option<Vec<u8>>),
    PrivateKey,
    Other,
}

/// The blocks of a text, in order. A block without an end goes on to the next
/// five hyphens or to the end of the text.
pub(super) fn blocks(text: &[u8]) -> Vec<Block> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    const HYPHENS: &[u8] = b"-----";
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = memmem::find(rest, BEGIN) {
        let after_begin = rest.get(at + BEGIN.len()..).unwrap_or_default();
        let Some(label_end) = memmem::find(after_begin, HYPHENS) else {
            break;
        };
        let (label, after_label) = after_begin.split_at(label_end);
        let body_and_more = after_label.get(HYPHENS.len()..).unwrap_or_default();
        let body_end = memmem::find(body_and_more, HYPHENS).unwrap_or(body_and_more.len());
        let (body, after_body) = body_and_more.split_at(body_end);
        found.push(if memmem::find(label, b"PRIVATE KEY").is_some() {
            Block::PrivateKey
        } else if memmem::find(label, b"CERTIFICATE").is_some() {
            Block::Certificate(decode(body))
        } else {
            Block::Other
        });
        rest = after_body;
    }
    found
}

/// The bytes of a text that is base64 and nothing else; `None` if it is not.
pub(super) fn bare_base64(text: &[u8]) -> Option<Vec<u8>> {
    decode(text).filter(|bytes| !bytes.is_empty())
}

/// Decodes base64, padded or not, with blanks anywhere and with the two
/// characters `\n` for a line end, as JSON and `.env` files have it.
fn decode(body: &[u8]) -> Option<Vec<u8>> {
    let mut plain = String::with_capacity(body.len());
    let mut bytes = body.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => match bytes.next() {
                Some(b'n' | b'r') => {}
                _ => return None,
            },
            _ if byte.is_ascii_whitespace() => {}
            _ if byte.is_ascii_alphanumeric() || b"+/=".contains(&byte) => {
                plain.push(char::from(byte));
            }
            _ => return None,
        }
    }
    Base64::decode_vec(&plain)
        .or_else(|_| Base64Unpadded::decode_vec(plain.trim_end_matches('=')))
        .ok()
}
