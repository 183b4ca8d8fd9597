namespace Braid.Tests;

/// <summary>A temporary folder with texts in it.</summary>
internal sealed class TextFolder : IDisposable
{
    public TextFolder(params string[] texts)
    {
        for (int i = 0; i < texts.Length; i++)
        {
            File.WriteAllText(System.IO.Path.Combine(Path, $"{i}.txt"), texts[i]);
        }
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("braid-docs-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
