using System.Text.Json;

namespace Braid.Checking.Rewriting;

/// <summary>Which of the assemblies beside a program come from packages, and so are not the user's, according to its .deps.json.</summary>
/// <remarks>
/// An assembly that no such file names is the user's: to blame a library too much does less harm than to take a fault of the program for
/// one of a library.
/// </remarks>
internal sealed class Packages
{
    private readonly HashSet<string> _assemblies = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The packages built with the assembly at this path; if it has no .deps.json of its own, those of any program in its folder.
    /// </summary>
    public static Packages Beside(string path)
    {
        string own = Path.ChangeExtension(path, ".deps.json");
        var packages = new Packages();
        foreach (string file in File.Exists(own)
            ? [own]
            : Directory.GetFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, "*.deps.json"))
        {
            packages.Read(file);
        }

        return packages;
    }

    /// <param name="assembly">Its simple name.</param>
    public bool Contains(string assembly) => _assemblies.Contains(assembly);

    private void Read(string file)
    {
        var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file), options);
        if (!document.RootElement.TryGetProperty("libraries", out JsonElement libraries)
            || !document.RootElement.TryGetProperty("targets", out JsonElement targets))
        {
            return;
        }

        HashSet<string> packages =
        [
            .. libraries.EnumerateObject()
                .Where(library => library.Value.TryGetProperty("type", out JsonElement type)
                    && type.GetString() is "package" or "runtimepack")
                .Select(library => library.Name),
        ];
        foreach (JsonProperty library in targets.EnumerateObject().SelectMany(target => target.Value.EnumerateObject()))
        {
            if (packages.Contains(library.Name) && library.Value.TryGetProperty("runtime", out JsonElement runtime))
            {
                _assemblies.UnionWith(runtime.EnumerateObject().Select(asset => Path.GetFileNameWithoutExtension(asset.Name)));
            }
        }
    }
}
