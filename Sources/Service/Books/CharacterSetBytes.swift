#if canImport(Glibc)
    import Glibc
#endif

/// Text in the character sets of older programs, by the C library's conversion.
public enum CharacterSetBytes {
    /// In CP932 (Shift_JIS as Windows writes it). Error: `cannot_encode`, naming the character and its line, if the set
    /// lacks one; nothing is replaced in silence.
    public static func cp932(_ text: String) throws -> [UInt8] {
        guard let converter = iconv_open("CP932", "UTF-8"), Int(bitPattern: converter) != -1 else {
            throw ServiceError(.cannotEncode, "this system's C library has no conversion to CP932; choose another form")
        }
        defer { iconv_close(converter) }
        var bytes: [UInt8] = []
        for (index, line) in text.split(separator: "\r\n", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { bytes += [13, 10] }
            guard let converted = convert(Array(line.utf8), converter) else {
                let character = line.first { convert(Array(String($0).utf8), converter) == nil } ?? "?"
                let code = character.unicodeScalars.first!.value
                throw ServiceError(
                    .cannotEncode,
                    "CP932 lacks the character '\(character)' (U+\(String(code, radix: 16, uppercase: true))) of line "
                        + "\(index + 1); write UTF-8 instead, or change that text")
            }
            bytes += converted
        }
        return bytes
    }

    private static func convert(_ source: [UInt8], _ converter: iconv_t) -> [UInt8]? {
        var target = [UInt8](repeating: 0, count: source.count * 2 + 16)
        let capacity = target.count
        let isDone = source.withUnsafeBytes { source in
            target.withUnsafeMutableBytes { target in
                var from: UnsafeMutablePointer<CChar>? = UnsafeMutablePointer(
                    mutating: source.bindMemory(to: CChar.self).baseAddress)
                var fromCount = source.count
                var to = target.bindMemory(to: CChar.self).baseAddress
                var left = capacity
                guard iconv(converter, &from, &fromCount, &to, &left) == 0 else {
                    iconv(converter, nil, nil, nil, nil)
                    return -1
                }
                return capacity - left
            }
        }
        return isDone < 0 ? nil : Array(target.prefix(isDone))
    }
}
