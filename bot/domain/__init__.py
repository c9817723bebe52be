"""Rules and tables of a learning collaborative; knows no Slack, no templates, no scheduler, no clock."""
