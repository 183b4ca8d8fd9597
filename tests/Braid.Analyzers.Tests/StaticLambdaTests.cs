namespace Braid.Analyzers.Tests;

/// <summary>BRAID007: a function that captures nothing can say so.</summary>
public sealed class StaticLambdaTests
{
    [Theory]
    [InlineData("Multiprocessing.Process.Run([|() => 1|])", "Multiprocessing.Process.Run(static () => 1)")]
    [InlineData(
        "new Multiprocessing.Pool().Map([|n => n * n|], new[] { 1 })",
        "new Multiprocessing.Pool().Map(static n => n * n, new[] { 1 })")]
    [InlineData(
        "Multiprocessing.Process.Run([|async () => { await Task.Yield(); return 1; }|])",
        "Multiprocessing.Process.Run(static async () => { await Task.Yield(); return 1; })")]
    [InlineData(
        "Multiprocessing.Process.Start(\n    [|(int n) => Console.WriteLine(n)|],   // n\n    1)",
        "Multiprocessing.Process.Start(\n    static (int n) => Console.WriteLine(n),   // n\n    1)")]
    [InlineData(
        "new Futures.ProcessPoolExecutor().Submit([|delegate { Func<int, int> f = n => n; return f(1); }|])",
        "new Futures.ProcessPoolExecutor().Submit(static delegate { Func<int, int> f = n => n; return f(1); })")]
    [InlineData(
        "new Futures.ProcessPoolOptions { Initializer = [|() => Console.WriteLine()|] }",
        "new Futures.ProcessPoolOptions { Initializer = static () => Console.WriteLine() }")]
    public async Task It_is_marked_static(string call, string mended) =>
        await Expect.Fixed(Rules.StaticLambda, $"_ = {call};", $"_ = {mended};");

    [Theory]
    [InlineData("Multiprocessing.Process.Run(static () => 1)")]
    [InlineData("Multiprocessing.Process.Run(() => outer)")]
    [InlineData("Multiprocessing.Process.Run(() => { Func<int> f = () => outer; return f(); })")]
    [InlineData("Multiprocessing.Process.Run(() => Local())")]
    [InlineData("Multiprocessing.Process.Run(Local)")]
    [InlineData("new Multiprocessing.ThreadPool().Apply(() => 1)")]
    [InlineData("new Futures.ThreadPoolExecutor().Submit(() => 1)")]
    public async Task What_captures_or_runs_here_is_left_alone(string call) =>
        await Expect.Reported(Rules.StaticLambda, $"int outer = args.Length; int Local() => outer; _ = {call};");

    [Fact]
    public async Task The_object_itself_is_captured_too() => await Expect.Reported(
        Rules.StaticLambda, "class C { int F() => 1; int Run() => Multiprocessing.Process.Run(() => F()); }");
}
