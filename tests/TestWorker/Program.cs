using TestWorker;

if (args is not [string scenario])
{
    Console.Error.WriteLine("usage: TestWorker SCENARIO");
    return 64;
}

return ThreadScenarios.Run(scenario) ?? PoolScenarios.Run(scenario) ?? LoopScenarios.Run(scenario) ?? SharedMemoryScenarios.Run(scenario) ?? ProcessScenarios.Run(scenario) ?? SurroundingsScenarios.Run(scenario) ?? throw new ArgumentException($"There is no scenario {scenario}.");
