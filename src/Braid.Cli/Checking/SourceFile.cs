using System.Text.RegularExpressions;

namespace Braid.Cli;

/// <summary>A program in one file, and what its <c>#:</c> lines ask of the build.</summary>
internal sealed partial class SourceFile
{
    private static readonly string[] s_braid = ["Braid", "Braid.Checking"];

    // These change nothing about a program that is compiled here: it is not published, and everything else is set so anyway.
    private static readonly string[] s_idle = ["PublishAot", "AllowUnsafeBlocks", "Optimize", "NoWarn", "TreatWarningsAsErrors", "StartupHookSupport"];

    public SourceFile(string path)
    {
        FullPath = Path.GetFullPath(path);
        Text = File.ReadAllText(FullPath);
        foreach (Match directive in Directive().Matches(Text))
        {
            string value = directive.Groups["value"].Value;
            bool isBraid = directive.Groups["kind"].Value switch
            {
                "package" => s_braid.Contains(value.Split('@')[0].Trim()),
                "project" => s_braid.Contains(ProjectName(value)),
                _ => false,
            };
            bool isIdle = directive.Groups["kind"].Value == "property" && s_idle.Contains(value.Split('=')[0].Trim());
            UsesBraid |= isBraid;
            NeedsBuild |= !isBraid && !isIdle;
        }
    }

    public string FullPath { get; }

    public string Text { get; }

    /// <summary>It refers to Braid, and so has the names of Python's modules.</summary>
    public bool UsesBraid { get; }

    /// <summary>It asks for something else than Braid, which only the SDK's whole build knows to give.</summary>
    public bool NeedsBuild { get; }

    private static string ProjectName(string path)
    {
        string name = path.TrimEnd('/', '\\').Split('/', '\\')[^1];
        return name.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase) ? name[..^".csproj".Length] : name;
    }

    [GeneratedRegex(@"^[ \t]*#:[ \t]*(?<kind>\w+)[ \t]*(?<value>[^\r\n]*?)[ \t]*\r?$", RegexOptions.Multiline)]
    private static partial Regex Directive();
}
