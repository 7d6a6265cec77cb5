//! Measures the memory that `ims forms generate` takes for large documents.

mod server;

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use adobe_ims_benches::Result;
use adobe_ims_benches::table::{Goal, Row};

use self::server::Answer;
use crate::process_memory::Blocked;
use crate::programs;

/// In bytes.
const LENGTH: u64 = 200_000_000;

pub(crate) fn measure() -> Result<Vec<Row>> {
    let ims = programs::ims()?;
    let folder = programs::empty_folder("large")?;
    let large = folder.join("large.pdf");
    File::create(&large)?.set_len(LENGTH)?;
    let small = folder.join("letter.xdp");
    fs::write(&small, super::check::template(20_000))?;
    let out = folder.join("out.pdf");
    let mut rows = Vec::new();
    for (name, template, answer) in [
        ("down", &small, Answer(LENGTH)),
        ("up", &large, Answer(50_000)),
    ] {
        let host = server::start(answer)?;
        let mut command = Command::new(&ims);
        command
            .env_clear()
            .env("IMS_ACCESS_TOKEN", "t".repeat(1200));
        command.args(["forms", "generate"]).arg(template);
        command.args(["--target", &format!("http://{host}"), "-o", "json"]);
        command.arg("--out").arg(&out);
        let mib = peak_mib(&mut command, &out, answer)?;
        let name = format!("forms-large: peak memory for 200 MB {name}");
        rows.push(Row::value(&name, mib, "MiB", Goal::AtMost(32.0)));
    }
    fs::remove_dir_all(folder)?;
    Ok(rows)
}

/// Returns the peak memory of the process when it has written its document and prints its result.
fn peak_mib(command: &mut Command, out: &Path, answer: Answer) -> Result<f64> {
    let mut process = Blocked::start(command)?;
    process.wait_until(|| out.exists())?;
    let peak = process.peak_mib()?;
    if fs::metadata(out)?.len() != answer.0 {
        return Err("the document has another length than the answer".into());
    }
    fs::remove_file(out)?;
    Ok(peak)
}
