using System.Collections.Concurrent;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Braid.Checking.Memory;

namespace Braid.Checking.Reports;

/// <summary>Finds the source line of a site in the symbols of the original assembly.</summary>
internal static class SourceMap
{
    // Null: no symbols. Kept for the life of the process: a reader is small, and reports are rare.
    private static readonly ConcurrentDictionary<string, MetadataReader?> s_symbols = new();
    private static readonly ConcurrentDictionary<int, string> s_where = new();
    private static readonly ConcurrentDictionary<(MetadataReader, DocumentHandle), string[]> s_sources = new();

    /// <summary>"account.cs:12", or the method and offset if there are no symbols.</summary>
    public static string Where(int site) => s_where.GetOrAdd(site, Find);

    /// <summary>The file and line, if there are symbols.</summary>
    public static (string File, int Line)? Line(int site) =>
        Point(site) is var (reader, point) ? (reader.GetString(reader.GetDocument(point.Document).Name), point.StartLine) : null;

    /// <summary>The place with the text of its line; null for the engine's own steps, which have none.</summary>
    public static StepPlace? Place(int site)
    {
        if (site == Sites.Engine)
        {
            return null;
        }

        if (Point(site) is not var (reader, point))
        {
            return new StepPlace(Sites.Get(site).Method, null, null, null);
        }

        Document document = reader.GetDocument(point.Document);
        string file = reader.GetString(document.Name);
        string[] lines = s_sources.GetOrAdd((reader, point.Document), _ => SourceFile.Lines(file, reader, document));
        string? source = point.StartLine <= lines.Length ? lines[point.StartLine - 1].Trim() : null;
        return new StepPlace(Sites.Get(site).Method, file, point.StartLine, source);
    }

    /// <summary>The statement, if there are symbols.</summary>
    private static (MetadataReader Reader, SequencePoint Point)? Point(int site)
    {
        Site place = Sites.Get(site);
        if (place.MethodToken == 0 || s_symbols.GetOrAdd(place.Assembly, Open) is not { } reader)
        {
            return null;
        }

        MethodDebugInformationHandle handle = MetadataTokens.MethodDebugInformationHandle(place.MethodToken & 0xFFFFFF);
        MethodDebugInformation method = reader.GetMethodDebugInformation(handle);
        SequencePoint? found = null;
        foreach (SequencePoint point in method.GetSequencePoints())
        {
            if (!point.IsHidden && point.Offset <= place.Offset)
            {
                found = point;
            }
        }

        return found is { } line ? (reader, line) : null;
    }

    private static string Find(int site)
    {
        Site place = Sites.Get(site);
        return Line(site) is { } line ? $"{Path.GetFileName(line.File)}:{line.Line}"
            : place.Method.Length > 0 ? place.Method
            : "the start";
    }

    private static MetadataReader? Open(string assembly)
    {
        if (assembly.Length == 0 || !File.Exists(assembly))
        {
            return null;
        }

        // The reader lives as long as the process, and so do the images that it reads.
        var image = new PEReader(File.OpenRead(assembly), PEStreamOptions.PrefetchEntireImage);
        return image.TryOpenAssociatedPortablePdb(
            assembly, path => File.Exists(path) ? File.OpenRead(path) : null, out MetadataReaderProvider? provider, out _)
            ? provider!.GetMetadataReader()
            : null;
    }
}
