using Braid.Cli;

namespace Braid.Tests;

/// <summary>Compiled programs are kept, and not forever.</summary>
public sealed class ProgramCacheTests : TimedTest
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("braid-cache-");
    private int _made;

    private ProgramCache Cache => new(_root.FullName);

    public override void Dispose()
    {
        _root.Delete(recursive: true);
        base.Dispose();
    }

    [Fact]
    public void What_was_made_once_is_not_made_again()
    {
        string file = Cache.GetOrAdd("key", "a.dll", Make);
        Assert.Equal("made 1", File.ReadAllText(file));
        Assert.Equal(file, Cache.GetOrAdd("key", "a.dll", Make));
        Assert.Equal(1, _made);
    }

    [Fact]
    public void Another_key_is_another_program()
    {
        Cache.GetOrAdd("key", "a.dll", Make);
        Assert.Equal("made 2", File.ReadAllText(Cache.GetOrAdd("other", "a.dll", Make)));
    }

    [Fact]
    public void What_could_not_be_made_leaves_nothing()
    {
        Assert.Throws<InputMistakeException>(() => Cache.GetOrAdd("key", "a.dll", folder =>
        {
            Make(folder);
            throw new InputMistakeException("It does not compile.");
        }));
        Assert.Empty(_root.EnumerateFileSystemInfos());
    }

    [Fact]
    public void What_was_cleared_in_part_is_made_again()
    {
        File.Delete(Cache.GetOrAdd("key", "a.dll", Make));
        Assert.Equal("made 2", File.ReadAllText(Cache.GetOrAdd("key", "a.dll", Make)));
    }

    [Fact]
    public void Of_two_that_make_the_same_one_is_kept()
    {
        string file = Cache.GetOrAdd("key", "a.dll", folder =>
        {
            Make(folder);
            Cache.GetOrAdd("key", "a.dll", Make);
        });
        Assert.Equal("made 2", File.ReadAllText(file));
        Assert.Single(_root.EnumerateFileSystemInfos());
    }

    [Fact]
    public void Those_that_were_not_used_for_longest_go_first()
    {
        Cache.GetOrAdd("old", "a.dll", Make);
        Cache.GetOrAdd("used", "a.dll", Make);
        DateTime past = DateTime.UtcNow.AddDays(-1);
        Directory.SetLastWriteTimeUtc(Path.Combine(_root.FullName, "old"), past);
        Directory.SetLastWriteTimeUtc(Path.Combine(_root.FullName, "used"), past);
        Cache.GetOrAdd("used", "a.dll", Make);
        foreach (int number in Enumerable.Range(0, 99))
        {
            Cache.GetOrAdd($"new{number}", "a.dll", Make);
        }

        Assert.Equal(100, _root.GetDirectories().Length);
        Assert.False(Directory.Exists(Path.Combine(_root.FullName, "old")));
        Assert.True(Directory.Exists(Path.Combine(_root.FullName, "used")));
    }

    private void Make(string folder) => File.WriteAllText(Path.Combine(folder, "a.dll"), $"made {++_made}");
}
