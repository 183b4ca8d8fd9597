#:project ../../src/Braid/Braid.csproj

// What you learn: a Timer is a thread that waits and then calls a function, once. Until then it can be cancelled.
var hello = new Threading.Timer(TimeSpan.FromSeconds(0.1), () => Console.WriteLine("timer: hello, a tenth of a second later"));
var alarm = new Threading.Timer(TimeSpan.FromHours(1), () => Console.WriteLine("timer: this is never printed"));
Console.WriteLine("main: starts two timers");
hello.Start();
alarm.Start();

hello.Join();                                  // a timer is a thread: it can be joined
Console.WriteLine($"main: the first is done; is the second still waiting? {alarm.IsAlive}");
alarm.Cancel();
alarm.Join();                                  // ends now, not in an hour
Console.WriteLine($"main: cancelled; is the second still waiting? {alarm.IsAlive}");
