using System.Text.RegularExpressions;

namespace Braid.Cli;

/// <summary>A single-file program, and what its <c>#:</c> lines require of the build.</summary>
internal sealed partial class SourceFile
{
    private const string Library = "Braid";

    private static readonly string[] s_atHand = [Library, "Braid.Checking"];

    // These change nothing for a program that is compiled here: it is not published, and everything else is the default anyway.
    private static readonly string[] s_idle =
        ["PublishAot", "AllowUnsafeBlocks", "Optimize", "NoWarn", "TreatWarningsAsErrors", "StartupHookSupport"];

    public SourceFile(string path)
    {
        FullPath = Path.GetFullPath(path);
        Text = File.ReadAllText(FullPath);
        foreach (Match directive in Directive().Matches(Text))
        {
            string value = directive.Groups["value"].Value;
            (string name, string[] known) = directive.Groups["kind"].Value switch
            {
                "package" => (value.Split('@')[0].Trim(), s_atHand),
                "project" => (ProjectName(value), s_atHand),
                "property" => (value.Split('=')[0].Trim(), s_idle),
                _ => (value, []),
            };
            UsesBraid |= known == s_atHand && name == Library;
            NeedsBuild |= !known.Contains(name);
        }
    }

    public string FullPath { get; }

    public string Text { get; }

    /// <summary>Whether it references the library, and so has the names of Python's modules.</summary>
    public bool UsesBraid { get; }

    /// <summary>Whether it needs something other than Braid, which only the SDK's full build can provide.</summary>
    public bool NeedsBuild { get; }

    private static string ProjectName(string path)
    {
        string name = path.TrimEnd('/', '\\').Split('/', '\\')[^1];
        return name.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase) ? name[..^".csproj".Length] : name;
    }

    [GeneratedRegex(@"^[ \t]*#:[ \t]*(?<kind>\w+)[ \t]*(?<value>[^\r\n]*?)[ \t]*\r?$", RegexOptions.Multiline)]
    private static partial Regex Directive();
}
