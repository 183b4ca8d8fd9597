using Braid.Stress;

if (Options.Parse(args) is not { } options)
{
    Console.Error.WriteLine(Options.Usage);
    return 1;
}

if (options.Collects && Collector.RestartOptimized(args) is int exitCode)
{
    return exitCode;
}

Scenario[] all = options.Chaos ? [new PoolChaos(), new LockChaos(), new QueueChaos(), new MapChaos()] :
[
    new LockScenario(),
    new RLockScenario(),
    new ConditionScenario(),
    new SemaphoreScenario(),
    new EventScenario(),
    new BarrierScenario(),
    .. QueueScenario.OfEveryKind(),
    new ExecutorScenario(),
    new GlobalInterpreterLockScenario(),
    new StarvationScenario(),
    .. options.Collects ? UnkeptScenario.OfEveryKind() : [],
];
Scenario[] chosen = [.. all.Where(scenario => options.Only is null || scenario.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase))];
if (chosen.Length == 0)
{
    Console.Error.WriteLine($"No scenario is called {options.Only}. There are: {string.Join(", ", all.Select(scenario => scenario.Name))}");
    return 1;
}

Console.WriteLine($"seed {options.Seed}, {options.Seconds} s for {chosen.Length} scenarios");
if (options.Chaos)
{
    return ChaosRun.Execute(chosen, options) ? 0 : 1;
}

using Collector? collector = options.Collects ? new Collector() : null;
int failures = 0;
foreach (Scenario scenario in chosen)
{
    failures += new StressRun(scenario.Name, options.Seed, TimeSpan.FromSeconds(options.Seconds / chosen.Length)).Execute(scenario) ? 0 : 1;
}

if (collector is not null)
{
    Console.WriteLine($"beside {collector.Collections} full collections");
}

Console.WriteLine(failures == 0 ? "all passed" : $"{failures} failed; run again with --seed {options.Seed}");
return failures == 0 ? 0 : 1;
