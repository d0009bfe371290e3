using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

// Kestrel with static files as the framework's template sets them up: Kestrel ROOT URL.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { WebRootPath = args[0] });
builder.Logging.ClearProviders();
WebApplication app = builder.Build();
app.UseStaticFiles();
app.Run(args[1]);
