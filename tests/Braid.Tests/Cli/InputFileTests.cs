using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Braid.Cli;

namespace Braid.Tests;

/// <summary>What can be given to <c>braid check</c>, and what is said about the rest.</summary>
public sealed class InputFileTests : TimedTest
{
    private static readonly string s_assembly = typeof(InputFileTests).Assembly.Location;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("braid-input-");

    private ProgramCache Cache => new(Path.Combine(_folder.FullName, "cache"));

    public override void Dispose()
    {
        _folder.Delete(recursive: true);
        base.Dispose();
    }

    [Fact]
    public void A_file_that_is_not_there_is_named_in_full() => Assert.Equal($"There is no file {Path.GetFullPath("nowhere.dll")}.", MistakeIn("nowhere.dll"));

    [Fact]
    public void A_folder_is_no_file() => Assert.Contains("is a folder", MistakeIn(_folder.FullName), StringComparison.Ordinal);

    [Theory]
    [InlineData("notes.txt", "is no .dll, .csproj or .cs file")]
    [InlineData("app.exe", "Give the .dll beside it")]
    public void A_file_of_another_kind_is_refused(string name, string message) => Assert.Contains(message, MistakeIn(Place(name, "")), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("MZ and no more", "")]
    [InlineData("not an assembly", "")]
    public void What_only_has_the_name_of_an_assembly_is_refused(string content, string reason)
    {
        string message = MistakeIn(Place("app.dll", content));
        Assert.Contains("app.dll is not an assembly of .NET", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_native_library_is_refused()
    {
        byte[] image = File.ReadAllBytes(s_assembly);
        using var reader = new PEReader(new MemoryStream(image));
        PEHeaders headers = reader.PEHeaders;
        int directories = headers.PEHeaderStartOffset + (headers.PEHeader!.Magic == PEMagic.PE32Plus ? 112 : 96);
        image.AsSpan(directories + (14 * 8), 8).Clear();   // the entry that leads to the metadata of .NET
        string file = Path.Combine(_folder.FullName, "native.dll");
        File.WriteAllBytes(file, image);
        Assert.Contains("it has no .NET metadata", MistakeIn(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Half_an_assembly_is_refused()
    {
        string file = Path.Combine(_folder.FullName, "half.dll");
        File.WriteAllBytes(file, File.ReadAllBytes(s_assembly)[..5000]);
        Assert.Contains("is not an assembly of .NET", MistakeIn(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NoSuchMethod", "has no method NoSuchMethod")]
    [InlineData("CheckTargets.Takes", "it takes arguments")]
    [InlineData("CheckTargets.Generic", "it is generic")]
    [InlineData("OnObject", "it is not static")]
    [InlineData("CheckTargets.OfType.Inside", "it is in a generic type")]
    [InlineData("Plain", "Braid.Tests.CheckTargets.Nested.Plain")]
    public void A_method_that_cannot_be_checked_is_a_mistake_of_whoever_named_it(string name, string message) =>
        Assert.Contains(message, MistakeIn(s_assembly, "--method", name), StringComparison.Ordinal);

    [Fact]
    public void The_errors_of_the_compiler_are_shown_as_it_wrote_them()
    {
        string file = Place("wrong.cs", "int number = \"text\";\n");
        string message = MistakeIn(file);
        Assert.StartsWith("wrong.cs does not compile:", message, StringComparison.Ordinal);
        Assert.Contains($"{file}(1,14): error CS0029: Cannot implicitly convert type 'string' to 'int'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_compile_error_below_a_file_of_properties_says_that_these_are_not_used()
    {
        Place("Directory.Build.props", "<Project />");
        Assert.Contains("Directory.Build.props adds is not used here", MistakeIn(Place("wrong.cs", "nothing")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_in_one_file_is_compiled_once_and_again_when_it_changes()
    {
        string file = Place("program.cs", "#!/usr/bin/env dotnet\nstring? nothing = null;\nawait Task.Delay(args.Length + new List<int>().Count);\nConsole.WriteLine(nothing);\n");
        string first = InputFile.ToAssembly(file, Cache);
        DateTime compiled = File.GetLastWriteTimeUtc(first);
        Assert.Equal((first, compiled), (InputFile.ToAssembly(file, Cache), File.GetLastWriteTimeUtc(first)));
        Assert.True(File.Exists(Path.ChangeExtension(first, "pdb")));
        Assert.Contains(MethodList.Of(first), static method => method is { IsEntryPoint: true, FullName: "Program.Main" });
        Place("program.cs", "Console.WriteLine();\n");
        Assert.NotEqual(first, InputFile.ToAssembly(file, Cache));
    }

    [Fact]
    public void A_program_that_is_compiled_anew_is_the_same_to_the_last_byte()
    {
        string file = Place("program.cs", "Console.WriteLine(1);\n");
        byte[] first = File.ReadAllBytes(InputFile.ToAssembly(file, Cache));
        Assert.Equal(first, File.ReadAllBytes(InputFile.ToAssembly(file, new ProgramCache(Path.Combine(_folder.FullName, "other")))));
    }

    [Fact]
    public void Braid_is_there_for_a_program_that_asks_for_it()
    {
        string file = Place("program.cs", """
            #:package Braid
            var gate = new Threading.Lock();
            using (gate.EnterScope())
            {
            }

            [Braid.Checking.Check]
            static void Marked()
            {
            }
            """);
        string assembly = InputFile.ToAssembly(file, Cache);
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(assembly)!, "Braid.dll")));
        ListedMethod marked = Assert.Single(MethodList.Of(assembly), static method => method.IsMarked);
        Assert.Equal("Program.Marked", marked.FullName);
    }

    [Fact]
    public void The_modules_have_the_names_that_the_package_gives_them()
    {
        var targets = XDocument.Load(Path.Combine(Repository.Root, "src", "Braid", "buildTransitive", "Braid.targets"));
        Assert.Equal(
            targets.Descendants("Using").Select(static item => (item.Attribute("Alias")!.Value, item.Attribute("Include")!.Value)),
            ImplicitSource.Modules.Select(static name => (name, $"Braid.{name}")));
    }

    [Fact]
    public void A_program_that_asks_for_more_is_built()
    {
        string file = Place("program.cs", "#:property LangVersion=preview\nConsole.WriteLine(1);\n");
        string built = InputFile.ToAssembly(file, Cache);
        Assert.Equal("program.dll", Path.GetFileName(built));
        Assert.False(Directory.Exists(Path.Combine(_folder.FullName, "cache")));
    }

    [Fact]
    public void A_project_is_built_and_its_errors_are_shown()
    {
        string program = Place("Program.cs", "System.Console.WriteLine(1);\n");
        string project = Place("app.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>");
        Assert.Equal(Path.Combine(_folder.FullName, "bin", "Debug", "net10.0", "app.dll"), InputFile.ToAssembly(project, Cache));
        File.AppendAllText(program, "nothing\n");
        string message = MistakeIn(project);
        Assert.StartsWith("app.csproj cannot be built:", message, StringComparison.Ordinal);
        Assert.Contains($"{program}(2,8): error CS1002", message, StringComparison.Ordinal);
    }

    private string Place(string name, string content)
    {
        string file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, content);
        return file;
    }

    /// <summary>What the tool says, without its name, after it has returned the code of a mistake.</summary>
    private static string MistakeIn(string file, params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        Assert.Equal(Tool.UsageMistake, Tool.Run(["check", file, .. arguments], output, error));
        Assert.Equal("", output.ToString());
        string text = error.ToString();
        Assert.StartsWith("braid: ", text, StringComparison.Ordinal);
        return text["braid: ".Length..].TrimEnd();
    }
}
