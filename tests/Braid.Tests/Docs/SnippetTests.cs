using System.Reflection;

namespace Braid.Tests;

/// <summary>The snippets of the pages do what the pages say: those that end by themselves are run.</summary>
[Collection(nameof(ProgramWide))]
public sealed class SnippetTests : TimedTest
{
    public static TheoryData<string> Runnable() => [.. Snippets().Select(NameOf)];

    [Theory]
    [MemberData(nameof(Runnable))]
    public async Task A_snippet_prints_what_it_should(string name)
    {
        MethodInfo snippet = Snippets().Single(method => NameOf(method) == name);
        PrintsAttribute expected = snippet.GetCustomAttribute<PrintsAttribute>()!;
        Assert.SkipWhen(expected.InSandbox && SandboxedTest.WhyNot is not null, SandboxedTest.WhyNot ?? "");
        string[] printed = [.. (await OutputOf(snippet)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r'))];
        Assert.Equal(InOrder(expected.Lines), InOrder(printed));

        string[] InOrder(string[] lines) => expected.AnyOrder ? [.. lines.Order(StringComparer.Ordinal)] : lines;
    }

    private static async Task<string> OutputOf(MethodInfo snippet)
    {
        TextWriter console = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(TextWriter.Synchronized(output));
        try
        {
            if (snippet.Invoke(null, null) is Task task)
            {
                await task;
            }
        }
        finally
        {
            Console.SetOut(console);
        }

        return output.ToString();
    }

    private static IEnumerable<MethodInfo> Snippets() => typeof(SnippetTests).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .Where(method => method.IsDefined(typeof(PrintsAttribute)));

    private static string NameOf(MethodInfo snippet) => $"{snippet.DeclaringType!.Name}.{snippet.Name}";
}
