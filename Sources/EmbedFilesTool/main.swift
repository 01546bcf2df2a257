import Foundation

// Writes a Swift file with the text of each named file. Arguments: output, folder, files of the folder.
let output = CommandLine.arguments[1]
let folder = CommandLine.arguments[2]
var source =
    "/// Path below the folder → text, in the order of the paths.\nlet embeddedFiles: [(path: String, text: "
    + "String)] = [\n"
for file in CommandLine.arguments.dropFirst(3) {
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let fence = String(repeating: "#", count: 5)
    source += "    (\"\(file.dropFirst(folder.count))\", \(fence)\"\"\"\n\(text)\n\"\"\"\(fence)),\n"
}
source += "]\n"
try source.write(toFile: output, atomically: true, encoding: .utf8)
