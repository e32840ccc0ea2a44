//! Every format of `check`, also one that is added tomorrow.

use clap::ValueEnum;
use sflint::cli::Format;

/// The names that `--format` takes.
pub fn formats() -> Vec<String> {
    let values = Format::value_variants().iter().filter_map(Format::to_possible_value);
    values.map(|value| value.get_name().to_owned()).collect()
}
