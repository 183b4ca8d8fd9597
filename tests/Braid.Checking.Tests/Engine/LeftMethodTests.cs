using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;
using Braid.Checking.Rewriting;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Braid.Checking.Tests.Engine;

/// <summary>A method that cannot be rewritten, or does not compile once rewritten, runs unmodified, and the report says so.</summary>
public sealed class LeftMethodTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("braid-left").FullName;
    private readonly string _file;

    public LeftMethodTests()
    {
        _file = Path.Combine(_folder, "Microsoft.Contoso.dll");
        File.Copy(typeof(Contoso.Locked).Assembly.Location, _file);
    }

    [Fact]
    public void A_method_that_does_not_compile_as_it_was_rewritten_runs_as_it_was()
    {
        Plant(Spoil(Rewrite(new Dictionary<int, LeftMethod>())));
        CheckReport report = Explore();
        Assert.True(report is { Verdict: Verdict.Passed, Exhaustive: false }, report.ToString());
        Assert.Contains(
            "not looked into, since they could not be rewritten: Counter.LeftThenRight", report.Covers, StringComparison.Ordinal);
        Assert.Equal(report.Covers, Explore().Covers);
    }

    [Fact]
    public void A_method_that_is_left_is_as_it_was_and_the_others_are_not()
    {
        int token = typeof(Contoso.Counter).GetMethod(nameof(Contoso.Counter.LeftThenRight))!.MetadataToken;
        RewrittenAssembly rewritten = Rewrite(new Dictionary<int, LeftMethod> { [token] = new("Counter.LeftThenRight", "a test") });
        using ModuleDefinition module = ModuleDefinition.ReadModule(new MemoryStream(rewritten.Image));
        TypeDefinition counter = module.GetType("Contoso.Counter");
        Assert.DoesNotContain(
            Called(counter, nameof(Contoso.Counter.LeftThenRight)), static called => called.Contains("Braid", StringComparison.Ordinal));
        Assert.Contains(
            Called(counter, nameof(Contoso.Counter.RightThenLeft)), static called => called.Contains("Braid", StringComparison.Ordinal));
        Assert.Equal(
            token,
            rewritten.OriginalOf(
                counter.Methods.Single(static method => method.Name == nameof(Contoso.Counter.LeftThenRight)).MetadataToken.ToInt32()));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IEnumerable<string> Called(TypeDefinition type, string method) =>
        type.Methods.Single(candidate => candidate.Name == method).Body.Instructions
            .Select(static instruction => instruction.Operand)
            .OfType<MethodReference>()
            .Select(static called => called.FullName);

    private CheckReport Explore()
    {
        // As a program of its own, because this process has the library already.
        Assembly copy = new AssemblyLoadContext("copy").LoadFromAssemblyPath(_file);
        return Check.Explore(
            copy.GetType("Contoso.Locked")!.GetMethod(nameof(Contoso.Locked.TwoAdders))!,
            new CheckOptions { Strategy = SearchStrategy.Bounded, Preemptions = int.MaxValue, Time = Timeout.InfiniteTimeSpan });
    }

    private RewrittenAssembly Rewrite(IReadOnlyDictionary<int, LeftMethod> left)
    {
        using var resolver = new CecilResolver(
            static reference => Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, $"{reference.Name}.dll"));
        return new AssemblyRewriter(resolver).Rewrite(_file, isFramework: false, isPackage: false, left);
    }

    /// <summary>Puts a rewritten assembly into the cache that contexts check before they rewrite.</summary>
    private void Plant(RewrittenAssembly rewritten)
    {
        var known = (ConcurrentDictionary<string, Lazy<RewrittenAssembly>>)typeof(SubjectContext)
            .GetField("s_rewritten", BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!;
        known[$"{_file}|{File.GetLastWriteTimeUtc(_file).Ticks}"] = new Lazy<RewrittenAssembly>(rewritten);
    }

    /// <summary>Pops from the empty stack.</summary>
    private static RewrittenAssembly Spoil(RewrittenAssembly rewritten)
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(new MemoryStream(rewritten.Image));
        MethodDefinition method = module.GetType("Contoso.Counter").Methods.Single(
            static method => method.Name == nameof(Contoso.Counter.LeftThenRight));
        method.Body.Instructions.Insert(0, Instruction.Create(OpCodes.Pop));
        using var image = new MemoryStream();
        module.Write(image);
        return rewritten with { Image = image.ToArray(), Symbols = null };
    }
}
