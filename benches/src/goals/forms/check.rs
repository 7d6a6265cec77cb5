//! Measures the offline check of a large template.

use std::fmt::Write;
use std::process::Command;

use adobe_ims_benches::Result;
use adobe_ims_benches::rounds::{median, timed};
use adobe_ims_benches::table::{Goal, Row};

use crate::programs;

const TIMES: usize = 11;

/// In bytes.
const LARGE: usize = 10_000_000;

pub(super) fn measure() -> Result<Row> {
    let ims = programs::ims()?;
    let template = programs::write_file("large.xdp", template(LARGE).as_bytes())?;
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let mut command = Command::new(&ims);
        command.env_clear().args(["forms", "check"]).arg(&template);
        times.push(timed(|| programs::output(&mut command))?);
    }
    std::fs::remove_file(template)?;
    Ok(Row::value(
        "forms: process of ims forms check, template of 10 MB",
        median(times.into_iter()).as_secs_f64(),
        "s",
        Goal::AtMost(0.2),
    ))
}

/// Returns a template of this length, with one field after the other.
pub(super) fn template(length: usize) -> String {
    let mut text = String::with_capacity(length);
    text.push_str(concat!(
        r#"<?xml version="1.0" encoding="UTF-8"?>"#,
        "\n",
        r#"<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/">"#,
        r#"<template xmlns="http://www.xfa.org/schema/xfa-template/3.3/">"#,
        r#"<subform name="form1" layout="tb" locale="de_DE"><pageSet><pageArea name="Page1">"#,
        r#"<contentArea x="6.35mm" y="6.35mm" w="203.2mm" h="266.7mm"/></pageArea></pageSet>"#,
        "\n"
    ));
    const END: &str = "</subform></template></xdp:xdp>\n";
    let mut number = 0;
    while text.len() < length - 600 {
        number += 1;
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            concat!(
                r#"<field name="field{number}" y="{number}mm" x="12.7mm" w="62mm" h="9mm">"#,
                r#"<ui><textEdit><border><edge stroke="lowered"/></border><margin/></textEdit></ui>"#,
                r#"<font typeface="Arial" size="10pt"/><margin topInset="1mm" bottomInset="1mm"/>"#,
                r#"<caption reserve="25mm"><para vAlign="middle"/><value><text>Field {number}</text>"#,
                r#"</value></caption></field>"#
            ),
            number = number
        );
    }
    let rest = length.saturating_sub(text.len() + END.len());
    text.push_str(&" ".repeat(rest));
    text.push_str(END);
    text
}
