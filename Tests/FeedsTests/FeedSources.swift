import Feeds
import Foundation
import UsageLedger

/// Bytes in memory, handed out in pieces of the sizes given, over and over.
final class PieceSource: ByteSource {
    private let bytes: [UInt8]
    private let pieces: [Int]
    private let failure: FeedError?
    private var piece = 0
    private(set) var position = 0

    init(_ bytes: [UInt8], pieces: [Int] = [1 << 20], failure: FeedError? = nil) {
        (self.bytes, self.pieces, self.failure) = (bytes, pieces, failure)
    }

    convenience init(_ text: String) { self.init([UInt8](text.utf8)) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FeedError) -> Int {
        let count = min(buffer.count, pieces[piece % pieces.count], bytes.count - position)
        piece += 1
        if count == 0, let failure { throw failure }
        bytes[position..<position + count].withUnsafeBytes { buffer.copyMemory(from: $0) }
        position += count
        return count
    }

    var bytesConsumed: Int64 { Int64(position) }
    var totalBytes: Int64? { Int64(bytes.count) }
}

/// `before`, one byte very many times, `behind`.
final class LongSource: ByteSource {
    private let before: [UInt8], behind: [UInt8]
    private let filler: UInt8
    private let fillerCount: Int64
    private(set) var bytesConsumed: Int64 = 0

    init(_ before: String, _ filler: Character, count: Int64, _ behind: String) {
        (self.before, self.behind) = ([UInt8](before.utf8), [UInt8](behind.utf8))
        (self.filler, fillerCount) = (filler.asciiValue!, count)
    }

    var totalBytes: Int64? { nil }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FeedError) -> Int {
        let fillerStart = Int64(before.count)
        let fillerEnd = fillerStart + fillerCount
        let count: Int
        if bytesConsumed < fillerStart {
            count = min(buffer.count, Int(fillerStart - bytesConsumed))
            buffer.copyBytes(from: before[Int(bytesConsumed)..<Int(bytesConsumed) + count])
        } else if bytesConsumed < fillerEnd {
            count = Int(min(Int64(buffer.count), fillerEnd - bytesConsumed))
            UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]).initializeMemory(
                as: UInt8.self, repeating: filler)
        } else {
            let offset = Int(bytesConsumed - fillerEnd)
            count = min(buffer.count, behind.count - offset)
            buffer.copyBytes(from: behind[offset..<offset + count])
        }
        bytesConsumed += Int64(count)
        return count
    }
}

/// One item as a line that a table can hold: `3 {"id":1}` or `3 !invalid_json`.
func shown(_ item: FeedItem) -> String {
    switch item.content {
    case .success(let bytes): "\(item.line) \(String(decoding: bytes, as: UTF8.self))"
    case .failure(let error): "\(item.line) !\(error.code.rawValue)"
    }
}

func items(_ text: String, _ format: FeedFormat, _ options: FeedOptions = FeedOptions()) throws -> [FeedItem] {
    Array(try FeedReader(source: PieceSource(text), format: format, options: options))
}

func messages(_ items: [FeedItem]) -> [String] {
    items.compactMap { if case .failure(let error) = $0.content { error.message } else { nil } }
}

/// The events as dictionaries, read by Foundation: a reader that isn't ours.
func events(_ items: [FeedItem]) throws -> [[String: any Sendable]] {
    try items.compactMap { item in
        guard case .success(let bytes) = item.content else { return nil }
        return try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: any Sendable]
    }
}

func sample(_ path: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Samples/\(path)").path
}

/// SplitMix64: the same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
