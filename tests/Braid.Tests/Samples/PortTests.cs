namespace Braid.Tests.Samples;

/// <summary>Samples that stand beside the Python program they come from: both print the same.</summary>
public sealed class PortTests : TimedTest
{
    private static readonly string s_samples = Path.Combine(Repository.Root, "samples");

    public static TheoryData<string> Ports() =>
    [
        .. Repository.Files("*.py", "samples")
            .Select(path => Path.ChangeExtension(Path.GetRelativePath(s_samples, path), null))
            .Where(static name => !name.StartsWith("with_python/", StringComparison.Ordinal)),   // those are the two ends of one program
    ];

    [Theory]
    [MemberData(nameof(Ports))]
    public async Task A_port_prints_what_its_twin_in_Python_prints(string name)
    {
        string python = await Python.RunFile(Path.Combine(s_samples, $"{name}.py"));
        using var program = ChildProgram.OfSample(Path.GetFileName(name));
        (int code, string output, string error) = await program.End(Cancellation);
        Assert.Equal((python, "", 0), (output.TrimEnd('\n'), error, code));
    }
}
