//! The colours of the themes, for pictures that are drawn where there is no style sheet. A test holds them to it.

use plotters::style::RGBColor;

use crate::chart::look::Palette;

/// The colour `0xrrggbb`.
const fn hex(rgb: u32) -> RGBColor {
    let [_, r, g, b] = rgb.to_be_bytes();
    RGBColor(r, g, b)
}

impl Palette {
    /// Dark on light.
    pub const LIGHT: Self = Self {
        ink: hex(0x1b_1b_1b),
        faint: hex(0x62_62_62),
        mesh: hex(0xe4_e4_e1),
        ground: hex(0xff_ff_ff),
        runtimes: [
            hex(0xc2_4a_00),
            hex(0xa6_73_00),
            hex(0x9c_45_85),
            hex(0x7d_6a_2e),
            hex(0x00_69_a6),
            hex(0x6b_70_75),
            hex(0x00_7a_56),
        ],
    };

    /// Light on dark.
    pub const DARK: Self = Self {
        ink: hex(0xec_ec_ea),
        faint: hex(0xa3_a8_ad),
        mesh: hex(0x2c_32_38),
        ground: hex(0x14_17_1a),
        runtimes: [
            hex(0xf5_8a_4b),
            hex(0xe8_bd_3e),
            hex(0xd7_95_c3),
            hex(0xc9_b3_6a),
            hex(0x5d_b8_ec),
            hex(0xa9_b0_b6),
            hex(0x3f_c7_9a),
        ],
    };

    /// Strong contrast.
    pub const PROJECTOR: Self = Self {
        ink: hex(0x00_00_00),
        faint: hex(0x33_33_33),
        mesh: hex(0xc4_c4_c4),
        ground: hex(0xff_ff_ff),
        runtimes: [
            hex(0xb3_41_00),
            hex(0x8f_62_00),
            hex(0x86_33_6f),
            hex(0x65_54_23),
            hex(0x00_55_8c),
            hex(0x50_56_5b),
            hex(0x00_5f_43),
        ],
    };
}
