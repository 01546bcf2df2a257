/// Looks at a tar stream as it passes, and tells whether it holds anything but folders.
public struct TarScan: Sendable {
    private static let blockBytes = 512
    private var header: [UInt8] = []
    private var bytesToSkip: Int64 = 0
    /// A file, a link or anything else that isn't a folder has come.
    public private(set) var hasFiles = false

    public init() {}

    public mutating func feed(_ bytes: [UInt8]) {
        guard !hasFiles else { return }
        var start = 0
        while start < bytes.count, !hasFiles {
            if bytesToSkip > 0 {
                let skipped = Int(min(bytesToSkip, Int64(bytes.count - start)))
                bytesToSkip -= Int64(skipped)
                start += skipped
                continue
            }
            let taken = min(Self.blockBytes - header.count, bytes.count - start)
            header += bytes[start..<start + taken]
            start += taken
            guard header.count == Self.blockBytes else { return }
            readHeader()
            header.removeAll(keepingCapacity: true)
        }
    }

    /// An entry's kind stands at byte 156, its length in octal digits from byte 124 on.
    private mutating func readHeader() {
        guard header.contains(where: { $0 != 0 }) else { return }
        var size: Int64 = 0
        for digit in header[124..<136] where (0x30...0x37).contains(digit) { size = size << 3 | Int64(digit - 0x30) }
        switch header[156] {
        case UInt8(ascii: "5"): break
        // Long names and attributes of the entry that follows.
        case UInt8(ascii: "x"), UInt8(ascii: "g"), UInt8(ascii: "L"), UInt8(ascii: "K"):
            bytesToSkip = (size + 511) / 512 * 512
        default: hasFiles = true
        }
    }
}
