import Testing

@testable import Service

@Suite struct CharacterSetTests {
    @Test(
        arguments: [
            ("売掛金", [0x94, 0x84, 0x8A, 0x7C, 0x8B, 0xE0]), ("髙﨑", [0xFB, 0xFC, 0xFA, 0xB1]),
            ("a\r\nb", [97, 13, 10, 98]), ("", []),
        ] as [(String, [UInt8])])
    func whatWindowsWrites(text: String, bytes: [UInt8]) throws {
        #expect(try CharacterSetBytes.cp932(text) == bytes)
    }

    @Test func aCharacterThatItLacksIsNamedWithItsLine() {
        #expect {
            try CharacterSetBytes.cp932("a\r\nx𠮷野\r\n")
        } throws: {
            "\($0)".contains("'𠮷' (U+20BB7) of line 2")
        }
    }
}
