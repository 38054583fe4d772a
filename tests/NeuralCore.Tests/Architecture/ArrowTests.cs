using System.Text.RegularExpressions;
using System.Xml.Linq;
using NeuralCore.Training;
using Xunit;

namespace NeuralCore.Tests.Architecture;

/// <summary>
/// Arrows point one way: Tensors, Simd, Kernels, Ops, Layers, Training, each on those before it. Data, Randomness and Threading stand
/// beside Tensors. Projects around the engine know the engine and never each other.
/// </summary>
public sealed partial class ArrowTests
{
    private const string Engine = "src/NeuralCore";

    /// <summary>Each room of the engine and the rooms it may know.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Tensors"] = [],
        ["Threading"] = [],
        ["Randomness"] = [],
        ["Data"] = ["Tensors"],
        ["Simd"] = ["Tensors"],
        ["Kernels"] = ["Tensors", "Simd"],
        ["Ops"] = ["Tensors", "Threading", "Randomness", "Simd", "Kernels"],
        ["Layers"] = ["Tensors", "Randomness", "Ops"],
        ["Training"] = ["Tensors", "Threading", "Randomness", "Data", "Simd", "Ops", "Layers"],
    };

    [SkippableFact]
    public void Every_file_of_the_engine_lies_in_the_room_of_its_namespace()
    {
        foreach (string file in SourceTree.CSharpFiles(Engine))
        {
            string text = File.ReadAllText(file);
            Assert.True(Arrows.ContainsKey(Room(file)), $"{file} is in no room that the design knows.");
            Assert.True(text.Contains($"namespace NeuralCore.{Room(file)};", StringComparison.Ordinal), $"{file} is not in the namespace of its folder.");
        }
    }

    [SkippableFact]
    public void Arrows_between_rooms_point_one_way()
    {
        int arrows = 0;
        foreach (string file in SourceTree.CSharpFiles(Engine))
        {
            string room = Room(file);
            foreach (string known in KnownRooms(File.ReadAllText(file)).Where(known => known != room))
            {
                arrows++;
                Assert.True(Arrows[room].Contains(known), $"{file} knows {known}, which {room} must not.");
            }
        }

        Assert.NotEqual(0, arrows);
    }

    [Fact]
    public void The_scan_sees_every_way_to_name_a_room()
    {
        Assert.Equal(["Ops"], KnownRooms("using NeuralCore.Ops;"));
        Assert.Equal(["Data"], KnownRooms("using Images = NeuralCore.Data.LabelledImages;"));
        Assert.Equal(["Training"], KnownRooms("var x = new Training.Adam();"));
        Assert.Equal(["Layers"], KnownRooms("if (layer is Layers.Input input)"));
        Assert.Empty(KnownRooms("// Training.Adam\n/// <see cref=\"Training.Adam\"/>\nplan.Training.ToString(); Training = true;"));
    }

    [SkippableFact]
    public void The_engine_takes_nothing_but_the_tensor_primitives()
    {
        XDocument project = XDocument.Load(Path.Combine(SourceTree.Root(), Engine, "NeuralCore.csproj"));
        Assert.Equal(["System.Numerics.Tensors"], References(project, "PackageReference"));
        Assert.Empty(References(project, "ProjectReference"));
    }

    [Fact]
    public void The_built_engine_refers_to_the_runtime_alone()
    {
        Assert.All(
            typeof(Sequential).Assembly.GetReferencedAssemblies(),
            reference => Assert.StartsWith("System.", reference.Name, StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Projects_around_the_engine_never_know_each_other()
    {
        foreach (string path in SourceTree.Projects("src"))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            string[] known = [.. References(XDocument.Load(path), "ProjectReference").Select(Name)];
            Assert.DoesNotContain(known, other => other is "NeuralCore.Trainer" || other.Contains("Tests", StringComparison.Ordinal) || other.Contains("Benchmarks", StringComparison.Ordinal));
            if (name is not ("NeuralCore" or "NeuralCore.Trainer"))
            {
                Assert.All(known, other => Assert.Equal("NeuralCore", other));
            }
        }

        static string Name(string reference) => Path.GetFileNameWithoutExtension(reference.Replace('\\', '/'));
    }

    [SkippableFact]
    public void No_file_is_too_long_to_read_at_one_go()
    {
        foreach (string file in SourceTree.CSharpFiles("src").Concat(SourceTree.CSharpFiles("tests")).Concat(SourceTree.CSharpFiles("benchmarks")))
        {
            int lines = File.ReadLines(file).Count();
            Assert.True(lines <= 400, $"{file} has {lines} lines, and 400 are enough.");
        }
    }

    private static string Room(string file) =>
        Path.GetRelativePath(Path.Combine(SourceTree.Root(), Engine), file).Split(Path.DirectorySeparatorChar)[0];

    /// <summary>The rooms that a source text names, by a using or in the middle of a line.</summary>
    private static IEnumerable<string> KnownRooms(string source)
    {
        IEnumerable<string> code = source.Split('\n').Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal));
        return Named().Matches(string.Join('\n', code)).Select(match => match.Groups["room"].Value).Where(Arrows.ContainsKey).Distinct();
    }

    private static IEnumerable<string> References(XDocument project, string kind) =>
        project.Descendants(kind).Select(element => element.Attribute("Include")!.Value);

    /// <summary>NeuralCore.Room, or Room. followed by a type where nothing says that Room is a member.</summary>
    [GeneratedRegex(@"\bNeuralCore\.(?<room>\w+)|(?<![\w.])(?<room>[A-Z]\w+)\.[A-Z]")]
    private static partial Regex Named();
}
