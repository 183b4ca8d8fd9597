using System.Reflection;
using System.Text.RegularExpressions;

namespace Braid.Tests.House;

/// <summary>The pictures of docs/design.md name files and members that exist.</summary>
public sealed partial class PictureTests : TimedTest
{
    [Fact]
    public void A_call_is_drawn_alike_in_the_document_and_at_the_head_of_the_executor()
    {
        string file = Repository.Files("ProcessPoolExecutor.cs", "src/Braid").Single();
        string[] drawn = [.. File.ReadLines(file).Where(static line => line.StartsWith("//   ", StringComparison.Ordinal)).Select(static line => line["//   ".Length..])];
        Assert.Equal(Picture(), drawn);
    }

    [Fact]
    public void Each_file_of_the_pictures_exists()
    {
        string[] names = [.. Pictures().SelectMany(static line => FileName().Matches(line)).Select(static match => match.Value).Distinct()];
        Assert.True(names.Length > 15);
        string[] files = [.. Repository.Files("*.cs", "src")];
        Assert.DoesNotContain(names, name => !files.Any(file => file.EndsWith($"/{name}.cs", StringComparison.Ordinal)));
    }

    [Fact]
    public void Each_member_of_the_picture_of_a_call_exists()
    {
        (string Type, string Member)[] members = [.. Picture().SelectMany(static line => Member().Matches(line)).Select(static match => (match.Groups[1].Value, match.Groups[2].Value))];
        Assert.True(members.Length > 12);
        Type[] types = [.. typeof(Threading.Lock).Assembly.GetTypes().Where(static type => !type.IsNested)];
        Assert.DoesNotContain(members, wanted => !types.Any(type => type.Name.Split('`')[0] == wanted.Type && HasMember(type, wanted.Member)));
    }

    private static bool HasMember(Type type, string name) =>
        type.GetMembers(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Any(member => member.Name.Split('.')[^1] == name);

    private static string[] Picture() => [.. Pictures().SkipWhile(static line => !line.StartsWith("parent  ", StringComparison.Ordinal)).TakeWhile(static line => line != "```")];

    /// <summary>The lines of all pictures, each picture with its end.</summary>
    private static IEnumerable<string> Pictures()
    {
        bool isInside = false;
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, "docs", "design.md")))
        {
            if (isInside)
            {
                yield return line;
            }

            isInside ^= line == "```";
        }
    }

    [GeneratedRegex(@"\b[A-Z]\w*/[A-Z]\w*(\.[A-Z]\w*)?")]
    private static partial Regex FileName();

    [GeneratedRegex(@"(?<![\w/.])([A-Z]\w+)\.([A-Z]\w+)(?![\w./])")]
    private static partial Regex Member();
}
