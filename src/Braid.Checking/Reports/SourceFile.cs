using System.Reflection.Metadata;
using System.Security.Cryptography;

namespace Braid.Checking.Reports;

/// <summary>The text of source files, if they are still those that were compiled.</summary>
internal static class SourceFile
{
    // As the format of portable symbols names it; the compilers have used it since C# 8.
    private static readonly Guid s_sha256 = new("8829d00f-11b8-4213-878b-770e8597ac16");

    /// <returns>The lines; none if the file is not there, or has changed: a wrong line is worse than none.</returns>
    public static string[] Lines(string file, MetadataReader symbols, Document document)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(file);
            return symbols.GetGuid(document.HashAlgorithm) == s_sha256
                && SHA256.HashData(bytes).AsSpan().SequenceEqual(symbols.GetBlobBytes(document.Hash)) ? File.ReadAllLines(file) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return [];
        }
    }
}
