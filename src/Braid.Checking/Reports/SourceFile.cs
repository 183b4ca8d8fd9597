using System.Reflection.Metadata;
using System.Security.Cryptography;

namespace Braid.Checking.Reports;

/// <summary>The text of source files, if they are still those that were compiled.</summary>
internal static class SourceFile
{
    // As the format of portable symbols names it; the compilers have used it since C# 8.
    private static readonly Guid s_sha256 = new("8829d00f-11b8-4213-878b-770e8597ac16");

    /// <summary>The lines of a source file that the symbols of an assembly name.</summary>
    public static string[] Lines(string file, MetadataReader symbols, Document document) =>
        symbols.GetGuid(document.HashAlgorithm) == s_sha256 ? Lines(file, symbols.GetBlobBytes(document.Hash)) : [];

    /// <returns>The lines; none if the file is not there, or has changed: a wrong line is worse than none.</returns>
    internal static string[] Lines(string file, byte[] hash)
    {
        try
        {
            return SHA256.HashData(File.ReadAllBytes(file)).AsSpan().SequenceEqual(hash) ? File.ReadAllLines(file) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return [];
        }
    }
}
