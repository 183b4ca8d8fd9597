namespace Braid.Tests.Samples;

/// <summary>
/// Runs every sample that has a Python program at its other end, and compares what the two print with what samples/README.md shows.
/// </summary>
public sealed class WithPythonTests() : TimedTest(TimeSpan.FromMinutes(3))
{
    private const string Folder = "with_python";

    public static TheoryData<string> Samples => [.. SampleOutputs.SamplesIn(Folder)];

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Both_print_what_the_page_of_the_samples_shows(string name)
    {
        Python.SkipUnlessHere();
        using var program = ChildProgram.OfSample(name);
        await Check(name, program);
    }

    [Fact]
    public async Task The_compute_service_takes_arrays_of_numpy_in_the_same_way()
    {
        Python.SkipUnlessHere();
        foreach (Interpreter python in await Interpreter.All())
        {
            if (Path.IsPathRooted(python.Path) && await python.Has("numpy"))
            {
                string folder = Path.GetDirectoryName(python.Path)!;
                using var program = ChildProgram.OfSample(
                    "compute_service", start => start.Environment["PATH"] = $"{folder}:{start.Environment["PATH"]}");
                await Check("compute_service", program);
                return;
            }
        }

        Assert.Skip("No Python of this machine has numpy.");
    }

    [Fact]
    public void Each_has_its_Python_program_beside_it() =>
        Assert.Equal(
            SampleOutputs.SamplesIn(Folder),
            Repository.Files("*.py", $"samples/{Folder}").Select(static path => Path.GetFileNameWithoutExtension(path)).Order());

    private static async Task Check(string name, ChildProgram program)
    {
        string? expected = SampleOutputs.Of(Folder, name);
        Assert.True(expected is not null, $"samples/README.md shows no output of {Folder}/{name}.cs.");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Ample);
        (int code, string output, string error) = await program.End(deadline.Token);
        Assert.Equal("", error);
        Assert.Equal(expected, output);
        Assert.Equal(0, code);
    }
}
