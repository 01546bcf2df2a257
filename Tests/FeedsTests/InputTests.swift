import Feeds
import Foundation
import TestSupport
import Testing

/// Gzip, pieces of any size, inputs that break off, and inputs without bound.
struct InputTests {
    static let shapes: [(format: FeedFormat, text: String)] = [
        (.events, "\u{FEFF}{\"a\":\"\\\"}\"}\r\n\r\n{\"b\":[1,2]}\n" + String(repeating: "x", count: 99) + "\n{}"),
        (.events, "[{\"a\":\"\\\"}]\"},\n {\"b\":[1,\n2]}  ,{},,\"" + String(repeating: "y", count: 99) + "\"]\n[{}"),
        (.events, "\n{\n\"a\":\n1}\n{\n}\n{\"b\":2}\n{}\n"),
        (
            .jobsCSV,
            JobsCSVFeedTests.header.replacing("\n", with: "\r\n") + JobsCSVFeedTests.good
                + "\r\n\"j\"\"2\",\"u\r\nv\",g,1,,\r\n"
                + "\"open,u\n" + JobsCSVFeedTests.good + "\n" + String(repeating: "z", count: 199) + "\n"
                + JobsCSVFeedTests.good
        ),
        (.slurm, SlurmFeedTests.header + SlurmFeedTests.cases.map(\.row).joined(separator: "\n")),
    ]

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func piecesOfAnySizeGiveTheSameItems(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for (format, text) in Self.shapes {
            let bytes = [UInt8](text.utf8)
            let pieces = (0..<7).map { _ in
                Int.random(in: 1...Int.random(in: 1...60, using: &generator), using: &generator)
            }
            let options = FeedOptions(recordLimit: 150)
            let whole = try FeedReader(source: PieceSource(bytes), format: format, options: options).map(shownWhole)
            let inPieces = try FeedReader(source: PieceSource(bytes, pieces: pieces), format: format, options: options)
                .map(shownWhole)
            if inPieces != whole {
                let first = zip(inPieces, whole).first { $0 != $1 }
                Issue.record("seed \(seed), format \(format), pieces \(pieces): \(String(describing: first))")
            }
            let zipped = PieceSource(gzip(bytes), pieces: pieces)
            let unzipped = try FeedReader(source: zipped, format: format, options: options).map(shownWhole)
            if unzipped != whole { Issue.record("seed \(seed), format \(format), gzip in pieces \(pieces)") }
        }
    }

    @Test func gzipMayHaveSeveralMembersAndPadding() throws {
        let bytes = gzip("{\"a\":1}\n{\"b\":") + gzip("") + gzip("2}\n") + [UInt8](repeating: 0, count: 600)
        let source = PieceSource(bytes, pieces: [1])
        let reader = try FeedReader(source: source, format: .events)
        #expect(reader.map(shown) == [#"1 {"a":1}"#, #"2 {"b":2}"#])
        #expect(reader.bytesConsumed == Int64(bytes.count))
    }

    @Test func whatIsNoGzipPassesThrough() throws {
        #expect(try FeedReader(source: PieceSource([0x1F]), format: .events).map(\.original) == [[0x1F]])
    }

    @Test(arguments: [1, 1000])
    func cutOffGzipDeliversWhatCameBefore(piece: Int) throws {
        let bytes = gzip((1...5000).map { "{\"a\":\($0)}\n" }.joined())
        let cut = bytes.count / 2
        let found = Array(try FeedReader(source: PieceSource(Array(bytes[..<cut]), pieces: [piece]), format: .events))
        let last = try #require(found.last)
        #expect(found.count > 1000)
        #expect(messages(Array(found.dropLast())).isEmpty)
        #expect(found.dropLast().map(shown) == (1..<found.count).map { "\($0) {\"a\":\($0)}" })
        #expect(last.line == found.count)
        let message = try #require(messages([last]).first)
        #expect(
            message.hasPrefix(
                "line \(found.count): the input could not be read further: the gzip data end too early, "
                    + "at byte \(cut) of the file ("))
    }

    @Test func damagedGzipNamesTheByte() throws {
        var bytes = gzip((1...5000).map { "{\"a\":\($0)}\n" }.joined())
        let middle = bytes.count / 2
        for index in middle..<middle + 8 { bytes[index] ^= 0xA5 }
        let found = Array(try FeedReader(source: PieceSource(bytes), format: .events))
        let message = try #require(messages(found).last)
        #expect(message.contains("the gzip data are damaged at byte "), "\(message)")
        #expect(found.count > 100)
        let trailing = try FeedReader(
            source: PieceSource(gzip("{}\n") + [0, 0] + [UInt8]("{}\n".utf8)), format: .events)
        #expect(
            messages(Array(trailing)).first?.contains("text that is not gzip follows the gzip data at byte ") == true)
    }

    @Test(arguments: FeedFormat.allCases)
    func aFaultOfTheSourceIsTheLastItem(format: FeedFormat) throws {
        let fault = FeedError(.cannotRead, "disk on fire at byte 9")
        let text =
            switch format {
            case .events: "{}\n{\"half\":"
            case .jobsCSV: JobsCSVFeedTests.header + JobsCSVFeedTests.good + "\n" + JobsCSVFeedTests.good.dropLast(3)
            case .slurm: SlurmFeedTests.header + SlurmFeedTests.cases[1].row + "\n" + SlurmFeedTests.cases[1].row
            }
        let source = PieceSource([UInt8](text.utf8), failure: fault)
        let found = Array(try FeedReader(source: source, format: format))
        let line = format == .events ? 2 : 3
        #expect(
            messages(found) == [
                "line \(line): the input could not be read further: disk on fire at byte 9; "
                    + "the unfinished line is not used"
            ])
        #expect(found.last?.line == line)
        let array = PieceSource([UInt8]("[{},{\"half".utf8), failure: fault)
        #expect(try FeedReader(source: array, format: .events).map(shown) == ["1 {}", "1 !unreadable_input"])
    }

    @Test func aMissingFileAndAFolderAreErrors() throws {
        #expect(throws: FeedError(.cannotOpen, "/no/such: No such file or directory; nothing was read from it")) {
            try FeedReader(path: "/no/such", format: .events)
        }
        let folder = Array(try FeedReader(path: "/", format: .events))
        #expect(messages(folder) == ["line 1: the input could not be read further: /: Is a directory at byte 0"])
    }

    /// A line of 1 GB; the others are as long as a test without optimisation bears.
    static let endless: [(before: String, filler: Character, count: Int64, behind: String, expected: [String])] = [
        ("{}\n", "x", 1 << 30, "\n{}\n", ["1 {}", "2 !too_large", "3 {}"]),
        ("[{},\n{\"a\":\"", "{", 1 << 27, "\"},\n{}]", ["1 {}", "2 !too_large", "3 {}"]),
        ("", " ", 1 << 26, "{}", ["1 {}"]),
        ("[{\"a\":", "[", 1 << 26, "", ["1 !too_large", "1 !invalid_json"]),
    ]

    @Test(arguments: endless)
    func endlessInputInConstantMemory(
        before: String, filler: Character, count: Int64, behind: String, expected: [String]
    ) throws {
        let peakBefore = try peakMemoryKiB()
        let source = LongSource(before, filler, count: count, behind)
        #expect(try FeedReader(source: source, format: .events).map(shown) == expected)
        #expect(source.bytesConsumed > count)
        // The window is 2 MiB; the rest is for the tests that run beside this one.
        #expect(try peakMemoryKiB() - peakBefore < 256 * 1024)
    }

    @Test(arguments: [FeedFormat.jobsCSV, .slurm])
    func aRowOfOneGigabyte(format: FeedFormat) throws {
        let header = format == .slurm ? SlurmFeedTests.header : JobsCSVFeedTests.header
        let source = LongSource(header + "\"", "x", count: 1 << 30, "\n")
        #expect(try FeedReader(source: source, format: format).map(shown) == ["2 !too_large"])
    }
}

private func shownWhole(_ item: FeedItem) -> String {
    "\(shown(item)) \(messages([item])) \(String(decoding: item.original, as: UTF8.self))"
}

/// Resident memory at its highest, from the kernel.
private func peakMemoryKiB() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return try #require(line.split(separator: " ").compactMap { Int($0) }.first)
}
