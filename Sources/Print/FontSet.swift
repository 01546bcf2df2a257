import CPango

/// The fonts of a template and no others: what else is installed on the machine never changes a page. Made once, it can
/// be used by printers on any thread.
public final class FontSet: @unchecked Sendable {
    /// Where Debian's packages put them.
    public static let standardFolder = "/usr/share/fonts/truetype"

    /// File, version as the font says it in 16.16 bits, Debian's package.
    private static let files: [(path: String, version: Int32, package: String)] = [
        ("bizud-gothic/BIZUDGothic-Regular.ttf", 68_813, "fonts-morisawa-bizud-gothic"),
        ("bizud-gothic/BIZUDGothic-Bold.ttf", 68_813, "fonts-morisawa-bizud-gothic"),
        ("ipamj/ipamjm.ttf", 328_335, "fonts-ipamj-mincho"),
    ]

    /// In this order; the second has the rare characters of names.
    static let families = "BIZ UDGothic, IPAmjMincho"

    let configuration: OpaquePointer

    /// Errors: `fonts_missing`, then `fonts_differ`.
    public init(folder: String = FontSet.standardFolder) throws(PrintError) {
        guard let configuration = FcConfigCreate() else { throw PrintError(.cannotPrint, "fontconfig can't start") }
        self.configuration = configuration
        for file in Self.files {
            guard FcConfigAppFontAddFile(configuration, "\(folder)/\(file.path)") != 0 else {
                throw PrintError(
                    .fontsMissing,
                    "the font \(folder)/\(file.path) can't be read; install the Debian package \(file.package)")
            }
        }
        let found = Self.versions(configuration)
        guard found == Self.files.map(\.version) else {
            throw PrintError(
                .fontsDiffer,
                "the fonts in \(folder) have the versions \(found) where template 1 has \(Self.files.map(\.version)); "
                    + "install those, or printed pages would differ from those sent before")
        }
    }

    deinit { FcConfigDestroy(configuration) }

    private static func versions(_ configuration: OpaquePointer) -> [Int32] {
        guard let set = FcConfigGetFonts(configuration, FcSetApplication) else { return [] }
        return (0..<Int(set.pointee.nfont)).map { index in
            var version: Int32 = 0
            _ = FcPatternGetInteger(set.pointee.fonts[index], "fontversion", 0, &version)
            return version
        }
    }

    /// Families with their versions, each once, as the files say: `BIZ UDGothic 1.05`. A version is in 16.16 bits,
    /// rounded to hundredths.
    public var names: [String] {
        guard let set = FcConfigGetFonts(configuration, FcSetApplication) else { return [] }
        var names: [String] = []
        for (index, version) in Self.versions(configuration).enumerated() {
            var family: UnsafeMutablePointer<FcChar8>?
            guard FcPatternGetString(set.pointee.fonts[index], "family", 0, &family) == FcResultMatch, let family
            else { continue }
            let hundredths = (Int64(version) * 100 + 32_768) / 65_536, rest = hundredths % 100
            let name = String(cString: family) + " \(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// Characters of a text that none of the fonts has, each once, in order. Spaces and control characters need none.
    public func missing(in text: String) -> [Character] {
        guard let set = FcConfigGetFonts(configuration, FcSetApplication) else { return [] }
        var missing: [Character] = []
        for character in text where !missing.contains(character) {
            let isDrawn = character.unicodeScalars.allSatisfy { scalar in
                scalar.properties.isWhitespace || Self.isInvisible(scalar)
                    || (0..<Int(set.pointee.nfont)).contains { Self.has(scalar, set.pointee.fonts[$0]) }
            }
            if !isDrawn { missing.append(character) }
        }
        return missing
    }

    /// Variation selectors choose a form of the character before them and are ignored where there is none.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isVariationSelector || scalar.properties.generalCategory == .control
    }

    private static func has(_ scalar: Unicode.Scalar, _ font: OpaquePointer?) -> Bool {
        var characters: OpaquePointer?
        guard FcPatternGetCharSet(font, "charset", 0, &characters) == FcResultMatch else { return false }
        return FcCharSetHasChar(characters, scalar.value) != 0
    }
}
