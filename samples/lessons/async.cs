#:project ../../src/Braid/Braid.csproj

// What you learn: async code does many things in one thread. Where it awaits, other code runs; from one await to the next it runs alone,
// so `dishes++` needs no lock here. Timeouts and failures end the code through its token: it must pass the token on to what it awaits.
int dishes = 0;

AsyncIO.EventLoop.Run(async () =>
{
    Console.WriteLine("main: makes breakfast, all at once");
    await new AsyncIO.TaskGroup().RunAsync(group =>
    {
        group.CreateTask(token => Cook("tea", seconds: 0.05, token));   // not awaited here: the group does that
        group.CreateTask(token => Cook("eggs", seconds: 0.1, token));
    });                                        // the group ends when both have ended
    Console.WriteLine($"main: {dishes} dishes, made by {Threading.Thread.Current.Name} alone");

    try
    {
        await new AsyncIO.TaskGroup().RunAsync(group =>
        {
            group.CreateTask(token => Cook("soup", seconds: 3600, token));
            group.CreateTask(Burn);            // the first failure cancels the others
        });
    }
    catch (AggregateException problems)
    {
        Console.WriteLine($"main: {problems.InnerExceptions.Count} failure: {problems.InnerException!.Message}");
    }

    try
    {
        await new AsyncIO.Timeout(TimeSpan.FromSeconds(0.1)).RunAsync(limit => Cook("roast", seconds: 3600, limit.Token));
    }
    catch (TimeoutException)
    {
        Console.WriteLine("main: the roast took too long");
    }
});

async Task Cook(string dish, double seconds, CancellationToken token)
{
    try
    {
        Console.WriteLine($"{dish}: on the stove");
        await Task.Delay(TimeSpan.FromSeconds(seconds), token);
        dishes++;
        Console.WriteLine($"{dish}: ready");
    }
    catch (OperationCanceledException)
    {
        Console.WriteLine($"{dish}: taken off");
        throw;                                 // a cancelled task reports that to its waiters
    }
}

static async Task Burn(CancellationToken token)
{
    await Task.Delay(TimeSpan.FromSeconds(0.05), token);
    throw new InvalidOperationException("the toast is burnt");
}
